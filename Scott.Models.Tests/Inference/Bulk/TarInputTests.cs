using System.Formats.Tar;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>Tar archives as inputs: what counts as an image, and what a damaged archive does.</summary>
public sealed class TarInputTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.V7)]
    public async Task Run_AnArchiveOfEachFormat_EmbedsItsImagesAndCountsTheRest(TarEntryFormat format)
    {
        string folder = NewFolder(("a.tar", TarFiles.Make(format, [
            ("000.png", files.Bytes(0)), ("000.txt", [1, 2]), ("./deep/001.PNG", files.Bytes(1)), ("deep/._001.png", [0]), ("none.png", []),
            ("002.png", files.Bytes(2)), ("broken.jpg", [9, 9]),
        ])));
        (EmbeddingJob job, EmbeddingJobResult result) = await RunAsync(folder);
        Assert.Equal((1, 5L, 2L, 2L), (result.Shards, result.Images, result.Failed, result.IgnoredEntries));
        BulkRow[] rows = await BulkRow.ReadAsync(job.PathOf(0));
        Assert.Equal(["a.tar/000.png", "a.tar/deep/001.PNG", "a.tar/none.png", "a.tar/002.png", "a.tar/broken.jpg"], rows.Select(row => row.Key));
        Assert.Equal([true, true, false, true, false], rows.Select(row => row.Embedding is not null));
        float[] expected = await files.One.EmbedAsync(Path.Combine(files.ImageFolder, BulkFixture.Key(2)), Cancellation);
        Assert.Equal(expected, rows[3].Embedding!);
        Assert.All(rows, row => Assert.NotNull(row.ContentSha256));
    }

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public async Task Run_NamesLongerThanAHeader_AreWhole(TarEntryFormat format)
    {
        string name = string.Concat(Enumerable.Repeat("a-long-folder-name/", 20)) + "äöü 図.png";
        string folder = NewFolder(("a.tar", TarFiles.Make(format, [(name, files.Bytes(0))])));
        (EmbeddingJob job, _) = await RunAsync(folder);
        Assert.Equal($"a.tar/{name}", Assert.Single(await BulkRow.ReadAsync(job.PathOf(0))).Key);
    }

    [Theory]
    [InlineData('V')] // a volume label
    [InlineData('3')] // a character device
    [InlineData('6')] // a pipe
    public async Task Run_EntriesThatAreNoFiles_ArePassedOver(char type)
    {
        byte[] archive = TarFiles.Make(TarEntryFormat.Gnu, [("junk.png", []), ("good.png", files.Bytes(0))]);
        TarFiles.SetType(archive, 0, type);
        (EmbeddingJob job, EmbeddingJobResult result) = await RunAsync(NewFolder(("a.tar", archive)));
        Assert.Equal((1L, 1L), (result.Images, result.IgnoredEntries));
        Assert.Equal("a.tar/good.png", Assert.Single(await BulkRow.ReadAsync(job.PathOf(0))).Key);
    }

    [Fact]
    public async Task Run_ASparseFileOfGnuTar_IsATypedError()
    {
        byte[] archive = TarFiles.Make(TarEntryFormat.Gnu, [("junk.bin", []), ("good.png", files.Bytes(0))]);
        TarFiles.SetType(archive, 0, 'S');
        EmbeddingJob job = await PlanAsync(NewFolder(("a.tar", archive)));
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunShardAsync(0, cancellationToken: Cancellation));
        Assert.Contains("Entry type 'SparseFile' not supported.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnArchiveWithoutImages_IsASoundEmptyShard()
    {
        (EmbeddingJob job, EmbeddingJobResult result) = await RunAsync(NewFolder(
            ("a.tar", TarFiles.Make(TarEntryFormat.Ustar, [("notes.txt", [1])])), ("b.tar", new byte[10240])));
        Assert.Equal((2, 0L, 1L), (result.Shards, result.Images, result.IgnoredEntries));
        Assert.Empty(await BulkRow.ReadAsync(job.PathOf(0)));
        Assert.False((await job.RunShardAsync(1, cancellationToken: Cancellation)).IsComputed);
    }

    [Fact]
    public async Task Run_CutAnywhere_IsATypedErrorAndNothingIsPublished()
    {
        byte[] whole = TarFiles.Make(TarEntryFormat.Ustar, [("000.png", files.Bytes(0)), ("a.txt", new byte[700]), ("001.png", files.Bytes(1))]);
        string folder = NewFolder(("a.tar", whole));
        EmbeddingJob job = await PlanAsync(folder);
        int entries = Array.FindLastIndex(whole, value => value != 0) + 1;
        entries = (entries + 511) / 512 * 512;
        var random = new Random(1);
        int[] lengths = [0, 1, 511, 512, 513, entries - 512, entries, .. Enumerable.Range(0, 30).Select(_ => random.Next(entries))];
        foreach (int length in lengths)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "a.tar"), whole[..length], Cancellation);
            EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(
                () => job.RunShardAsync(0, cancellationToken: Cancellation));
            Assert.Equal((EmbeddingJobFault.Archive, "a.tar"), (error.Fault, error.Path));
            Assert.EndsWith("Repair or replace it, and run again.", error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(job.PathOf(0)));
        }

        await File.WriteAllBytesAsync(Path.Combine(folder, "a.tar"), whole, Cancellation);
        Assert.Equal(2, (await job.RunShardAsync(0, cancellationToken: Cancellation)).Images);
    }

    [Fact]
    public async Task Run_DamagedHeaders_AreTypedErrorsOrOtherRows_NeverOtherErrors()
    {
        byte[] whole = TarFiles.Make(TarEntryFormat.Pax, [("000.png", files.Bytes(0)), (new string('x', 200) + ".png", files.Bytes(1))]);
        string folder = NewFolder(("a.tar", whole));
        EmbeddingJob job = await PlanAsync(folder);
        var random = new Random(2);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. whole];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(i % 2 == 0 ? 512 : damaged.Length)] = (byte)random.Next(256);

            await File.WriteAllBytesAsync(Path.Combine(folder, "a.tar"), damaged, Cancellation);
            File.Delete(job.PathOf(0));
            try
            {
                await job.RunShardAsync(0, cancellationToken: Cancellation);
            }
            catch (EmbeddingJobException error)
            {
                Assert.Equal(EmbeddingJobFault.Archive, error.Fault);
            }
        }
    }

    [Fact]
    public async Task Run_TwoArchivesJoined_IsATypedError()
    {
        byte[] one = TarFiles.Make(TarEntryFormat.Ustar, [("000.png", files.Bytes(0))]);
        EmbeddingJob job = await PlanAsync(NewFolder(("a.tar", [.. one, .. one])));
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunShardAsync(0, cancellationToken: Cancellation));
        Assert.Contains("more data after its end mark", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SomeDamagedArchives_DoesAllOthersAndNamesThem()
    {
        byte[] good = TarFiles.Make(TarEntryFormat.Ustar, [("000.png", files.Bytes(0))]);
        string folder = NewFolder(("a.tar", good), ("b.tar", good[..600]), ("c.tar", good), ("d.tar", [1, 2, 3]));
        EmbeddingJob job = await PlanAsync(folder);
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunAsync(cancellationToken: Cancellation));
        Assert.Equal((EmbeddingJobFault.Archive, "b.tar"), (error.Fault, error.Path));
        Assert.Contains("'b.tar' and 1 other tar archive cannot be read: d.tar. All other shards are done.", error.Message, StringComparison.Ordinal);
        Assert.Equal([true, false, true, false], Enumerable.Range(0, 4).Select(number => File.Exists(job.PathOf(number))));
        Assert.False(File.Exists(job.PathOf(EmbeddingJob.SuccessFileName)));
        File.Delete(Path.Combine(folder, "b.tar"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "d.tar"), good, Cancellation);
        EmbeddingJobException missing = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunAsync(cancellationToken: Cancellation));
        Assert.Contains(
            "'b.tar' is a tar archive that cannot be opened: The file 'b.tar' does not exist.", missing.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(Path.Combine(folder, "b.tar"), good, Cancellation);
        Assert.Equal((1, 4L), await job.RunAsync(cancellationToken: Cancellation) is var last ? (last.ComputedShards, last.Images) : default);
    }

    private string NewFolder(params (string Name, byte[] Bytes)[] archives)
    {
        string folder = Directory.CreateDirectory(files.NewFolder()).FullName;
        foreach ((string name, byte[] bytes) in archives)
            File.WriteAllBytes(Path.Combine(folder, name), bytes);

        return folder;
    }

    private Task<EmbeddingJob> PlanAsync(string folder) =>
        EmbeddingJob.PlanAsync(files.NewFolder(), files.One, EmbeddingJobInputs.FromFolder(folder), cancellationToken: Cancellation);

    private async Task<(EmbeddingJob Job, EmbeddingJobResult Result)> RunAsync(string folder)
    {
        EmbeddingJob job = await PlanAsync(folder);
        return (job, await job.RunAsync(cancellationToken: Cancellation));
    }
}
