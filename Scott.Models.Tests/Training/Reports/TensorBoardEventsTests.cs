using Scott.Models.Training;
using Tensorboard;

namespace Scott.Models.Tests.Training;

public sealed class TensorBoardEventsTests
{
    [Fact]
    public void Crc_KnownBytes_GivesTheKnownNumber()
    {
        // The check value of CRC-32C: what the file's checksums are compared with is right itself.
        Assert.Equal(0xe3069283, EventFile.Crc("123456789"u8));
    }

    [Fact]
    public async Task WriteAsync_Scalars_AreReadBack()
    {
        using var folder = new TemporaryFolder();
        var before = DateTimeOffset.UtcNow;
        (string, double, long)[] scalars = [("loss", 0.5, 1), ("rank/features", 12.25, 1), ("loss", double.NaN, 5_000_000_000)];
        await TensorBoardEvents.WriteAsync(folder.File("events"), scalars, CancellationToken.None);

        string path = Directory.GetFiles(folder.File("events")).Single();
        List<Event> events = EventFile.Read(path);

        Assert.Contains("tfevents", Path.GetFileName(path), StringComparison.Ordinal);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal(SessionLog.Types.SessionStatus.Start, events[1].SessionLog.Status);
        Assert.Equal([("loss", 0.5f, 1), ("rank/features", 12.25f, 1), ("loss", float.NaN, 5_000_000_000)], Scalars(events));
        Assert.All(events, item => Assert.InRange(item.WallTime, before.ToUnixTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1));
    }

    [Fact]
    public async Task WriteAsync_Again_LeavesEachStepOnceAndForeignFilesAlone()
    {
        using var folder = new TemporaryFolder();
        string foreign = folder.File("events.out.tfevents.1700000000.host");
        await File.WriteAllTextAsync(foreign, "another program's");

        await TensorBoardEvents.WriteAsync(folder.Path, [("loss", 3, 1), ("loss", 2, 2), ("loss", 9, 3)], CancellationToken.None);
        string first = Ours(folder);
        await TensorBoardEvents.WriteAsync(folder.Path, [("loss", 3, 1), ("loss", 2, 2), ("loss", 1, 3)], CancellationToken.None);
        string second = Ours(folder);

        Assert.Equal([("loss", 3f, 1), ("loss", 2f, 2), ("loss", 1f, 3)], Scalars(EventFile.Read(second)));
        Assert.True(string.CompareOrdinal(second, first) > 0, $"'{second}' comes before '{first}'; TensorBoard reads files in order of names.");
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
        Assert.True(File.Exists(foreign));
    }

    [Fact]
    public async Task WriteAsync_Canceled_LeavesTheOlderFile()
    {
        using var folder = new TemporaryFolder();
        await TensorBoardEvents.WriteAsync(folder.Path, [("loss", 3, 1)], CancellationToken.None);
        string first = Ours(folder);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => TensorBoardEvents.WriteAsync(folder.Path, [("loss", 3, 1), ("loss", 2, 2)], new CancellationToken(canceled: true)));

        Assert.Equal([first], Directory.GetFiles(folder.Path));
    }

    private static string Ours(TemporaryFolder folder) => Directory.GetFiles(folder.Path, "*.scott").Single();

    private static IEnumerable<(string Tag, float Value, long Step)> Scalars(IEnumerable<Event> events) =>
        events.SelectMany(item => item.Summary?.Value.Select(value => (value.Tag, value.SimpleValue, item.Step)) ?? []);
}
