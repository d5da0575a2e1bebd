using Scott.Models.Training;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Training;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _reports = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadNewest_AfterSaves_GivesTheLastWholly()
    {
        var store = new CheckpointStore(_folder.File("run"), kept: 2);
        Assert.Null(await store.ReadNewestAsync(_reports.Add, default));
        foreach (long steps in new long[] { 5, 900, 10_000 })
            await store.SaveAsync(Checkpoint(steps), default);

        TrainingCheckpoint found = (await store.ReadNewestAsync(_reports.Add, default))!;
        TrainingCheckpoint expected = Checkpoint(10_000);
        Assert.Equal((expected.Steps, expected.Epoch, expected.Options, expected.History), (found.Steps, found.Epoch, found.Options, found.History));
        Assert.Equal((expected.Run, 2, 1), (found.Run, found.State.Count, found.Best!.Count));
        Assert.Equal(expected.Best!["w"].Data.ToArray(), found.Best["w"].Data.ToArray());
        Assert.Equal(expected.State["w"].Data.ToArray(), found.State["w"].Data.ToArray());
        Assert.Equal(["checkpoint-0000010000.safetensors", "checkpoint-0000000900.safetensors"], store.Files().Select(Path.GetFileName)!);
        Assert.Empty(_reports);
    }

    [Fact]
    public async Task ReadNewest_AnyBitOfTheNewestChanged_FallsBackAndSaysSo()
    {
        var store = new CheckpointStore(_folder.Path, kept: 3);
        await store.SaveAsync(Checkpoint(1), default);
        string newest = await store.SaveAsync(Checkpoint(2), default);
        byte[] sound = await File.ReadAllBytesAsync(newest);
        for (int at = 0; at < sound.Length; at += 3)
        {
            byte[] damaged = [.. sound];
            damaged[at] ^= 1;
            await File.WriteAllBytesAsync(newest, damaged);
            _reports.Clear();
            TrainingCheckpoint found = (await store.ReadNewestAsync(_reports.Add, default))!;

            // The header's padding of spaces carries nothing, and a bit in it does no harm.
            Assert.True(found.Steps == 1 || damaged[at] == (byte)'!', $"byte {at}");
            Assert.Equal(found.Steps == 1 ? 1 : 0, _reports.Count);
        }
    }

    [Fact]
    public async Task Save_AfterALaterOneWasDamaged_DeletesThatAndSaysSo()
    {
        List<string> deleted = [];
        var store = new CheckpointStore(_folder.Path, kept: 1, deleted.Add);
        await store.SaveAsync(Checkpoint(1), default);
        string damaged = _folder.File("checkpoint-0000000009.safetensors");
        await File.WriteAllTextAsync(damaged, "damaged");
        Assert.Equal(1, (await store.ReadNewestAsync(_reports.Add, default))!.Steps);
        Assert.Empty(deleted);
        string path = await store.SaveAsync(Checkpoint(2), default);
        Assert.Equal([path], store.Files());
        Assert.Equal($"The damaged checkpoint '{damaged}' is deleted.", Assert.Single(deleted));
        Assert.Equal(2, (await store.ReadNewestAsync(_reports.Add, default))!.Steps);
    }

    /// <summary>It was taken for a damaged one, and deleted.</summary>
    [Fact]
    public async Task Save_BesideALaterOneThatWasNotTried_LeavesIt()
    {
        var store = new CheckpointStore(_folder.Path, kept: 1);
        string later = await store.SaveAsync(Checkpoint(9), default);
        string written = await store.SaveAsync(Checkpoint(2), default);
        Assert.Equal([later, written], store.Files());
    }

    /// <summary>A copy under another name was resumed from, used up a place, or was deleted.</summary>
    [Fact]
    public async Task Files_OfTheUser_AreNeitherReadNorDeleted()
    {
        var store = new CheckpointStore(_folder.Path, kept: 1);
        await store.SaveAsync(Checkpoint(500), default);
        string[] copies =
        [
            .. new[] { "epoch10", "0000000500-copy", "00000000500", "000000050", "000000050x" }
                .Select(name => _folder.File($"checkpoint-{name}.safetensors")),
        ];
        foreach (string copy in copies)
            File.Copy(_folder.File("checkpoint-0000000500.safetensors"), copy);

        string written = await store.SaveAsync(Checkpoint(501), default);
        Assert.Equal([written], store.Files());
        Assert.All(copies, copy => Assert.True(File.Exists(copy), copy));
        Assert.Equal(501, (await store.ReadNewestAsync(_reports.Add, default))!.Steps);
        Assert.Empty(_reports);
    }

    /// <summary>Of the newest alone, a run that began in another precision was refused for a setting that nobody made.</summary>
    [Fact]
    public async Task PeekOptions_NewestDamaged_IsOfTheNewestSoundOne()
    {
        var store = new CheckpointStore(_folder.Path, kept: 3);
        Assert.Null(await store.PeekOptionsAsync(default));
        string old = await store.SaveAsync(Checkpoint(1), default);
        string newest = await store.SaveAsync(Checkpoint(2), default);
        Assert.Equal(Checkpoint(2).Options, await store.PeekOptionsAsync(default));
        await File.WriteAllTextAsync(newest, "no checkpoint");
        Assert.Equal(Checkpoint(1).Options, await store.PeekOptionsAsync(default));
        await File.WriteAllTextAsync(old, "no checkpoint");
        Assert.Null(await store.PeekOptionsAsync(default));
    }

    /// <summary>The header of safetensors is limited to 100 MB: that of many labels and epochs is longer.</summary>
    [Fact]
    public async Task ReadNewest_HistoryLongerThanAHeader_IsTheSavedOne()
    {
        var store = new CheckpointStore(_folder.Path, kept: 1);
        TrainingCheckpoint expected = Checkpoint(500) with { History = new string('é', 2_000_000) };
        string path = await store.SaveAsync(expected, default);
        Assert.InRange(BitConverter.ToInt64((await File.ReadAllBytesAsync(path)).AsSpan(0, 8)), 1, 100_000);
        TrainingCheckpoint found = (await store.ReadNewestAsync(_reports.Add, default))!;
        Assert.True(expected.History == found.History);
        Assert.Equal((2, 1), (found.State.Count, found.Best!.Count));
        Assert.Empty(_reports);
    }

    [Fact]
    public async Task ReadNewest_CutShort_FallsBack()
    {
        var store = new CheckpointStore(_folder.Path, kept: 3);
        await store.SaveAsync(Checkpoint(1), default);
        string newest = await store.SaveAsync(Checkpoint(2), default);
        byte[] sound = await File.ReadAllBytesAsync(newest);
        await File.WriteAllBytesAsync(newest, sound[..^5]);
        Assert.Equal(1, (await store.ReadNewestAsync(_reports.Add, default))!.Steps);
        Assert.Contains(newest, Assert.Single(_reports), StringComparison.Ordinal);
    }

    /// <summary>Earlier versions wrote such a checkpoint after a step that ruined the weights, and no run could resume from it.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public async Task ReadNewest_NumberThatIsNotFinite_FallsBackAndSaysSo(float number)
    {
        var store = new CheckpointStore(_folder.Path, kept: 3);
        await store.SaveAsync(Checkpoint(1), default);
        await store.SaveAsync(Checkpoint(2) with { State = new WeightSet([WeightTensor.Create("w", [2], [1, number])]) }, default);
        Assert.Equal(1, (await store.ReadNewestAsync(_reports.Add, default))!.Steps);
        Assert.EndsWith(" holds numbers that are not finite.", Assert.Single(_reports), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadNewest_NoneSound_IsATypedError()
    {
        var store = new CheckpointStore(_folder.Path, kept: 3);
        string only = await store.SaveAsync(Checkpoint(1), default);
        await File.WriteAllTextAsync(only, "no checkpoint");
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => store.ReadNewestAsync(_reports.Add, default));
        Assert.Equal((CheckpointFault.Damaged, store.Folder), (error.Fault, error.Folder));
        const string Expected = "cannot resume: its only checkpoint is damaged. Delete the files there to start again.";
        Assert.Contains(Expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_Canceled_KeepsTheOld()
    {
        var store = new CheckpointStore(_folder.Path, kept: 1);
        await store.SaveAsync(Checkpoint(1), default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.SaveAsync(Checkpoint(2), new CancellationToken(canceled: true)));
        Assert.Equal(1, (await store.ReadNewestAsync(_reports.Add, default))!.Steps);
        Assert.Single(Directory.EnumerateFiles(_folder.Path));
    }

    private static TrainingCheckpoint Checkpoint(long steps) => new(
        steps,
        (int)(steps / 4),
        $$"""{"epochs":{{steps}}}""",
        """{"pace":1}""",
        "[]",
        new WeightSet([WeightTensor.Create("w", [2, 2], [steps, 2, 3, 4]), WeightTensor.Create("v", [1], [7])]),
        steps > 100 ? new WeightSet([WeightTensor.Create("w", [1], [steps])]) : null);
}
