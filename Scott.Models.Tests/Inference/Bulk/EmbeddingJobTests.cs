using System.Text.Json;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>The plan of a job, its shards, and what a second run does.</summary>
public sealed class EmbeddingJobTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AFolder_WritesThePlanTheShardsAndSuccess()
    {
        string folder = files.NewFolder();
        EmbeddingJob job = await files.PlanAsync(folder, 8);
        List<EmbeddingJobProgress> reports = [];
        EmbeddingJobResult result = await job.RunAsync(new Listener<EmbeddingJobProgress>(reports.Add), Cancellation);
        Assert.Equal((4, 4, 30L, 1L, 0L), (result.Shards, result.ComputedShards, result.Images, result.Failed, result.IgnoredEntries));
        Assert.Equal(
            ["_SUCCESS", "_inputs.txt", "_manifest.json", "part-00000.parquet", "part-00001.parquet", "part-00002.parquet", "part-00003.parquet"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] listed = await File.ReadAllLinesAsync(job.PathOf("_inputs.txt"), Cancellation);
        Assert.Equal(Enumerable.Range(0, BulkFixture.Images).Select(BulkFixture.Key), listed);
        EmbeddingJobProgress last = reports[^1];
        Assert.Equal((4, 4, 30L, 1L, (long?)30, 30L, 4), (
            last.CompletedShards, last.Shards, last.Images, last.Failed, last.TotalImages, last.ComputedImages, last.ComputedShards));
        Assert.Equal(TimeSpan.Zero, last.Remaining);
        Assert.All(reports.Zip(reports.Skip(1)), pair => Assert.True(pair.First.Images <= pair.Second.Images));
    }

    [Fact]
    public async Task Plan_OfManyImages_IsSmallAndHasNoEntryForAnImage()
    {
        string folder = files.NewFolder();
        const int Count = 300_000;
        await EmbeddingJob.PlanAsync(
            folder, files.One, files.Inputs(Enumerable.Range(0, Count).Select(i => $"some/folder/{i:D9}.jpg")), cancellationToken: Cancellation);
        Assert.InRange(new FileInfo(Path.Combine(folder, "_manifest.json")).Length, 1000, 10_000);
        Assert.Equal(Count, File.ReadLines(Path.Combine(folder, "_inputs.txt")).Count());
    }

    [Fact]
    public async Task Run_AgainOnACompleteFolder_ComputesNothingAndChangesNothing()
    {
        string folder = files.NewFolder();
        await (await files.PlanAsync(folder, 8)).RunAsync(cancellationToken: Cancellation);
        string[] before = BulkFixture.Snapshot(folder);
        EmbeddingJobResult again = await (await files.PlanAsync(folder, 8, files.Two)).RunAsync(cancellationToken: Cancellation);
        Assert.Equal((4, 0, 30L, 1L), (again.Shards, again.ComputedShards, again.Images, again.Failed));
        Assert.Equal(before, BulkFixture.Snapshot(folder));
    }

    [Fact]
    public async Task RunShard_EachAloneInAnyOrder_MakesTheSameFolder()
    {
        (string whole, string pieces) = (files.NewFolder(), files.NewFolder());
        await (await files.PlanAsync(whole, 8)).RunAsync(cancellationToken: Cancellation);
        foreach (int number in (int[])[2, 0, 3, 1, 2])
        {
            EmbeddingJob job = await files.PlanAsync(pieces, 8, number % 2 == 0 ? files.One : files.Two);
            bool wasThere = File.Exists(job.PathOf(number));
            EmbeddingShard shard = await job.RunShardAsync(number, cancellationToken: Cancellation);
            Assert.Equal((number, !wasThere, number == 3 ? 6L : 8L), (shard.Number, shard.IsComputed, shard.Images));
            Assert.Equal(number == 0 ? 1 : 0, shard.Failed);
        }

        Assert.False(File.Exists(Path.Combine(pieces, EmbeddingJob.SuccessFileName)));
        EmbeddingJob last = await EmbeddingJob.OpenAsync(pieces, files.One, new FileImageStore(files.ImageFolder), Cancellation);
        Assert.Equal(0, (await last.RunAsync(cancellationToken: Cancellation)).ComputedShards);
        Assert.Equal(BulkFixture.Snapshot(whole), BulkFixture.Snapshot(pieces));
    }

    [Fact]
    public async Task Run_InputsOutOfReach_WritesNoShard()
    {
        string folder = files.NewFolder();
        await files.PlanAsync(folder, 10);

        // Without its store, the paths start at the working folder: not one of ten images is there.
        EmbeddingJob elsewhere = await EmbeddingJob.OpenAsync(folder, files.One, cancellationToken: Cancellation);
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => elsewhere.RunAsync(cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.Unreachable, error.Fault);
        Assert.Contains("its last 10 images cannot be opened, nor can those of other shards", error.Message, StringComparison.Ordinal);
        EmbeddingJob unmounted = await EmbeddingJob.OpenAsync(folder, files.One, new FileImageStore(files.NewFolder()), Cancellation);
        error = await Assert.ThrowsAsync<EmbeddingJobException>(() => unmounted.RunShardAsync(0, cancellationToken: Cancellation));
        Assert.Contains("Mount the folder of the images", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "part-*"));
        EmbeddingJob whole = await EmbeddingJob.OpenAsync(folder, files.One, new FileImageStore(files.ImageFolder), Cancellation);
        Assert.Equal(1, (await whole.RunAsync(cancellationToken: Cancellation)).Failed);
    }

    [Fact]
    public async Task Run_ImagesOfOneShardGone_AreItsErrorsAndTheJobEnds()
    {
        string folder = files.NewFolder();
        IEnumerable<string> keys = Enumerable.Range(0, BulkFixture.Images).Select(i => i is >= 10 and < 20 ? $"gone/{i}.png" : BulkFixture.Key(i));
        EmbeddingJob job = await EmbeddingJob.PlanAsync(
            folder, files.One, files.Inputs(keys), new EmbeddingJobOptions { ShardSize = 10 }, Cancellation);
        EmbeddingJobResult result = await job.RunAsync(cancellationToken: Cancellation);
        Assert.Equal((3, 30L, 11L), (result.Shards, result.Images, result.Failed));
    }

    [Fact]
    public async Task Run_ArchiveOutOfReach_IsNotCalledDamaged()
    {
        string folder = files.NewFolder(), images = files.NewFolder();
        Directory.CreateDirectory(images);
        await File.WriteAllBytesAsync(
            Path.Combine(images, "a.tar"), TarFiles.Make(System.Formats.Tar.TarEntryFormat.Ustar, [("x.png", files.Bytes(3))]), Cancellation);
        EmbeddingJob job = await EmbeddingJob.PlanAsync(folder, files.One, EmbeddingJobInputs.FromFolder(images), cancellationToken: Cancellation);
        Directory.Move(images, images + " moved");
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunAsync(cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.Unreachable, error.Fault);
    }

    [Fact]
    public async Task Finish_AfterEachShardAlone_EndsTheJobOnceAllAreSound()
    {
        (string whole, string pieces) = (files.NewFolder(), files.NewFolder());
        await (await files.PlanAsync(whole, 8)).RunAsync(cancellationToken: Cancellation);
        EmbeddingJob job = await files.PlanAsync(pieces, 8);
        foreach (int number in (int[])[3, 1])
            await job.RunShardAsync(number, cancellationToken: Cancellation);

        Assert.Equal([0, 2], await job.FinishAsync(cancellationToken: Cancellation));
        Assert.False(File.Exists(job.PathOf(EmbeddingJob.SuccessFileName)));
        await job.RunShardAsync(0, cancellationToken: Cancellation);
        await job.RunShardAsync(2, cancellationToken: Cancellation);
        List<EmbeddingJobProgress> reports = [];
        Assert.Empty(await job.FinishAsync(new Listener<EmbeddingJobProgress>(reports.Add), Cancellation));
        Assert.Equal([1, 2, 3, 4], reports.Select(report => report.CompletedShards));
        Assert.Equal(BulkFixture.Snapshot(whole), BulkFixture.Snapshot(pieces));
        await File.WriteAllTextAsync(job.PathOf(1), "no shard", Cancellation);
        Assert.Equal([1], await job.FinishAsync(cancellationToken: Cancellation));
        Assert.False(File.Exists(job.PathOf(EmbeddingJob.SuccessFileName)));
    }

    [Fact]
    public async Task Run_ADamagedShardOfACompleteJob_TakesSuccessAwayUntilItIsDone()
    {
        string folder = files.NewFolder();
        EmbeddingJob job = await files.PlanAsync(folder, 8);
        await job.RunAsync(cancellationToken: Cancellation);
        string[] before = BulkFixture.Snapshot(folder);
        File.Delete(job.PathOf(2));
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.RunAsync(
            new Listener<EmbeddingJobProgress>(progress => CancelAt(source, progress.ComputedImages, 3)), source.Token));
        Assert.False(File.Exists(Path.Combine(folder, EmbeddingJob.SuccessFileName)));
        Assert.False(File.Exists(job.PathOf(2)));
        EmbeddingJobResult result = await job.RunAsync(cancellationToken: Cancellation);
        Assert.Equal((1, 30L), (result.ComputedShards, result.Images));
        Assert.Equal(before, BulkFixture.Snapshot(folder));
    }

    [Fact]
    public async Task Plan_OtherInputsOrShardSize_IsATypedErrorThatNamesBoth()
    {
        string folder = files.NewFolder();
        await files.PlanAsync(folder, 8);
        EmbeddingJobException size = await Assert.ThrowsAsync<EmbeddingJobException>(() => files.PlanAsync(folder, 9));
        Assert.Equal((EmbeddingJobFault.OtherPlan, folder), (size.Fault, size.Path));
        Assert.Matches("a job of 30 images and 0 tar archives .*in shards of 8; given are 30 images .*in shards of 9[.] Give", size.Message);
        EmbeddingJobException inputs = await Assert.ThrowsAsync<EmbeddingJobException>(() => EmbeddingJob.PlanAsync(
            folder, files.One, files.Inputs(["a.png", "b.tar"]), new EmbeddingJobOptions { ShardSize = 8 }, Cancellation));
        Assert.Contains("given are 1 image and 1 tar archive (list ", inputs.Message, StringComparison.Ordinal);
        EmbeddingJobException order = await Assert.ThrowsAsync<EmbeddingJobException>(() => EmbeddingJob.PlanAsync(
            folder, files.One, files.Inputs(Enumerable.Range(0, 30).Reverse().Select(BulkFixture.Key)), new EmbeddingJobOptions { ShardSize = 8 },
            Cancellation));
        Assert.Equal(EmbeddingJobFault.OtherPlan, order.Fault);
    }

    [Fact]
    public async Task Plan_OtherModel_IsTheErrorOfFingerprints()
    {
        string folder = files.NewFolder();
        await files.PlanAsync(folder, 8);
        FingerprintMismatchException planned = await Assert.ThrowsAsync<FingerprintMismatchException>(() => files.PlanAsync(folder, 8, files.Other));
        Assert.Equal(["model"], planned.Differences);
        await Assert.ThrowsAsync<FingerprintMismatchException>(
            () => EmbeddingJob.OpenAsync(folder, files.Other, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Plan_WithoutInputs_IsATypedErrorAndLeavesNothing()
    {
        string folder = files.NewFolder();
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(
            () => EmbeddingJob.PlanAsync(folder, files.One, files.Inputs([]), cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.NoInputs, error.Fault);
        Assert.Empty(Directory.GetFiles(folder));
        EmbeddingJobException none = await Assert.ThrowsAsync<EmbeddingJobException>(
            () => EmbeddingJob.OpenAsync(folder, files.One, cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.NoPlan, none.Fault);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => EmbeddingJob.PlanAsync(
            folder, files.One, EmbeddingJobInputs.FromFolder(folder + "-missing"), cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(
            () => EmbeddingJob.PlanAsync(folder, files.One, files.Inputs(["a", null!]), cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ScottConfigurationException>(() => files.PlanAsync(folder, 0));
    }

    [Fact]
    public async Task Run_AShardThatThePlanDoesNotHave_IsATypedError()
    {
        string folder = files.NewFolder();
        EmbeddingJob job = await files.PlanAsync(folder, 8);
        await File.WriteAllTextAsync(Path.Combine(folder, "part-00004.parquet"), "from another job", Cancellation);
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunAsync(cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.ForeignShard, error.Fault);
        Assert.Contains("is none of the 4 shards", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunShard_InputListThatChanged_IsATypedErrorWithAWayOut()
    {
        string folder = files.NewFolder();
        EmbeddingJob job = await files.PlanAsync(folder, 8);
        string list = Path.Combine(folder, "_inputs.txt");
        string text = await File.ReadAllTextAsync(list, Cancellation);
        await File.WriteAllTextAsync(list, text.Replace("001.png", "002.png", StringComparison.Ordinal), Cancellation);
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunShardAsync(0, cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.InputList, error.Fault);
        await job.RunShardAsync(1, cancellationToken: Cancellation);
        File.Delete(list);
        Assert.Equal(
            EmbeddingJobFault.InputList,
            (await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunShardAsync(0, cancellationToken: Cancellation))).Fault);
        File.Delete(Path.Combine(folder, "_manifest.json"));
        EmbeddingJobResult result = await (await files.PlanAsync(folder, 8)).RunAsync(cancellationToken: Cancellation);
        Assert.Equal(3, result.ComputedShards);
    }

    [Fact]
    public async Task RunShard_ANumberOutOfRange_IsRefused()
    {
        EmbeddingJob job = await files.PlanAsync(files.NewFolder(), 8);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => job.RunShardAsync(4, cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => job.RunShardAsync(-1, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task RunShard_FolderInThePlaceOfItsFile_IsATypedError()
    {
        EmbeddingJob job = await files.PlanAsync(files.NewFolder(), 8);
        Directory.CreateDirectory(job.PathOf(1));
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunShardAsync(1, cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.NotWritable, error.Fault);
        Assert.Empty(Directory.GetFiles(job.Folder, "*.part"));
    }

    [Fact]
    public async Task RunShard_DisposedExtractor_Throws()
    {
        EmbeddingJob job;
        using (FeatureExtractor extractor = ScottModel.Create(Architectures.Tiny, seed: 5).ExtractFeatures().Build())
            job = await files.PlanAsync(files.NewFolder(), 8, extractor);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => job.RunShardAsync(1, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Success_HoldsTheTotals()
    {
        EmbeddingJob job = await files.PlanAsync(files.NewFolder(), 30);
        await job.RunAsync(cancellationToken: Cancellation);
        using var totals = JsonDocument.Parse(await File.ReadAllBytesAsync(job.PathOf(EmbeddingJob.SuccessFileName), Cancellation));
        Assert.Equal(
            (1, 30, 1, 0),
            (Number(totals, "shards"), Number(totals, "images"), Number(totals, "failed"), Number(totals, "ignored")));
    }

    internal static void CancelAt(CancellationTokenSource source, long done, long limit)
    {
        if (done >= limit)
            source.Cancel();
    }

    private static int Number(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetInt32();
}

/// <summary>Passes reports on at once.</summary>
internal sealed class Listener<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
