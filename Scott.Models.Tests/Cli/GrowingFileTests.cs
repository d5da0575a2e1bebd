using Scott.Models.Cli;

namespace Scott.Models.Tests.Cli;

/// <summary>How a file of the tool gets its name, also if two runs have the same output.</summary>
public sealed class GrowingFileTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(1, 100).Select(i => (byte)i)];

    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.File("out.csv");

    private string Part => Target + ".part";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Publish_OverALongerPartThatWasLeftBehind_HasOnlyTheNewContent()
    {
        await File.WriteAllBytesAsync(Part, new byte[500]);
        File.SetLastWriteTimeUtc(Part, DateTime.UtcNow.AddSeconds(-3));
        await using GrowingFile file = await BeginAsync();
        await GrowingFile.PublishAsync(file);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task Create_WhileAnotherRunWrites_FailsAndLeavesItsPart()
    {
        await using GrowingFile file = await BeginAsync();
        Assert.Throws<IOException>(() => new GrowingFile(Target));
        await GrowingFile.PublishAsync(file);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
    }

    [Fact]
    public async Task Dispose_BeforeItIsPublished_LeavesTheOldFileAndNoPart()
    {
        await File.WriteAllBytesAsync(Target, [1]);
        await (await BeginAsync()).DisposeAsync();
        Assert.Equal([1], await File.ReadAllBytesAsync(Target));
        Assert.False(File.Exists(Part));
    }

    /// <summary>A file that was published used to delete what had the name of its part, whosever it was.</summary>
    [Fact]
    public async Task Dispose_AfterItIsPublished_LeavesThePartOfAnotherRun()
    {
        GrowingFile first = await BeginAsync();
        await GrowingFile.PublishAsync(first);
        await using GrowingFile second = await BeginAsync();
        await first.DisposeAsync();
        await GrowingFile.PublishAsync(second);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
    }

    /// <summary>A part used to be closed just before it got its name, so that another run could empty it in between.</summary>
    [Fact]
    public async Task Publish_WhileAnotherRunBeginsAndEnds_IsWhole()
    {
        const int Count = 100;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells whether an open file still has its name.");
        using var stop = new CancellationTokenSource();
        Task other = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await TryAsync(async () => await new GrowingFile(Target).DisposeAsync());
        });
        try
        {
            for (int published = 0; published < Count; published++)
            {
                while (!await TryAsync(PublishAsync))
                    await Task.Yield();

                Assert.Equal(Content, await ReadAsync());
            }
        }
        finally
        {
            await stop.CancelAsync();
            await other;
        }
    }

    private async Task<GrowingFile> BeginAsync()
    {
        var file = new GrowingFile(Target);
        await file.WriteAsync(Content);
        file.Commit();
        return file;
    }

    private async Task PublishAsync()
    {
        await using GrowingFile file = await BeginAsync();
        await GrowingFile.PublishAsync(file);
    }

    /// <summary>False if the other run has the file.</summary>
    private static async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>A run that begins may lock the published file until it sees that it is no part.</summary>
    private async Task<byte[]> ReadAsync()
    {
        while (true)
        {
            try
            {
                return await File.ReadAllBytesAsync(Target);
            }
            catch (IOException) when (File.Exists(Target))
            {
                await Task.Yield();
            }
        }
    }
}
