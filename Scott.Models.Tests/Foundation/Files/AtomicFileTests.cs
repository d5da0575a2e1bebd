using Scott.Models.Foundation;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Foundation;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_WriterKilledInTheMiddle_LeavesAPartThatTheNextWriterRemoves()
    {
        await AtomicFile.WriteBytesAsync(Target, new byte[] { 1 }, default);
        using (RunningChild child = RunningChild.OfRole(ChildRoles.BeginToWrite, Target))
        {
            Assert.Equal("writing", await child.ReadLineAsync());
            Assert.Single(Parts());

            // A living writer's part stays, whoever else writes or cleans up.
            await AtomicFile.WriteBytesAsync(Target, new byte[] { 2 }, default);
            AtomicFile.RemoveAbandoned(_folder.Path);
            Assert.Single(Parts());
            await child.KillAsync();
        }

        Assert.Equal([2], await File.ReadAllBytesAsync(Target));
        File.SetLastWriteTimeUtc(Assert.Single(Parts()), DateTime.UtcNow.AddSeconds(-3));
        await AtomicFile.WriteBytesAsync(Target, new byte[] { 3 }, default);
        Assert.Empty(Parts());
        Assert.Equal([3], await File.ReadAllBytesAsync(Target));
    }

    [Theory]
    [InlineData("other.safetensors.0123456789ab.part")] // Another file's: its own next writer removes it.
    [InlineData("model.safetensors.part")] // A download's, which resumes from it.
    [InlineData("model.safetensors.0123456789AB.part")]
    [InlineData("model.safetensors.0123456789a.part")]
    [InlineData("xmodel.safetensors.0123456789ab.part")]
    public async Task Write_FilesThatAreNotPartsOfTheTarget_Stay(string name)
    {
        await File.WriteAllTextAsync(_folder.File(name), "mine");
        await AtomicFile.WriteBytesAsync(Target, new byte[] { 1 }, default);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder.File(name)));
    }

    [Fact]
    public async Task RemoveAbandoned_WholeFolder_RemovesThePartsOfEveryFileAndNothingElse()
    {
        string[] parts = ["a.0123456789ab.part", "b.json.ffffffffffff.part"];
        string[] others = ["a", "a.part", "a.0123456789ab.part.json"];
        await Task.WhenAll(parts.Concat(others).Select(name => File.WriteAllTextAsync(_folder.File(name), name)));
        AtomicFile.RemoveAbandoned(_folder.Path);
        Assert.Equal(others.Order(StringComparer.Ordinal), Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!);
        AtomicFile.RemoveAbandoned(_folder.File("missing"));
    }

    [Fact]
    public async Task RemoveAbandoned_LinkWithAPartsName_Stays()
    {
        UnixFiles.SkipElsewhere();
        await File.WriteAllTextAsync(_folder.File("precious"), "mine");
        File.CreateSymbolicLink(_folder.File("a.0123456789ab.part"), _folder.File("precious"));
        AtomicFile.RemoveAbandoned(_folder.Path);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder.File("precious")));
        Assert.Single(Parts());
    }

    [Fact]
    public async Task Write_ManyWritersOfOneFile_EachWritesItWhole()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() =>
            AtomicFile.WriteBytesAsync(Target, Enumerable.Repeat((byte)i, 10_000).ToArray(), default))));
        byte[] found = await File.ReadAllBytesAsync(Target);
        Assert.Equal(10_000, found.Length);
        Assert.Single(found.Distinct());
        Assert.Empty(Parts());
    }

    /// <summary>A writer used to release its part just before the rename, so that whoever cleaned up at that moment deleted it.</summary>
    [Fact]
    public async Task Write_WhileAnotherCleansUp_KeepsItsPart()
    {
        using var stop = new CancellationTokenSource();
        Task cleaner = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                AtomicFile.RemoveAbandoned(_folder.Path);
        });
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    await AtomicFile.WriteBytesAsync(_folder.File($"{writer % 2}.bin"), new byte[] { (byte)i }, default);
                    Assert.Single(await File.ReadAllBytesAsync(_folder.File($"{writer % 2}.bin")));
                }
            })));
        }
        finally
        {
            await stop.CancelAsync();
            await cleaner;
        }

        Assert.Empty(Parts());
    }

    [Fact]
    public async Task Write_ThatFails_LeavesTheOldFileAndNoPart()
    {
        await AtomicFile.WriteBytesAsync(Target, new byte[] { 1 }, default);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => AtomicFile.WriteAsync(Target, (_, _) => throw new InvalidOperationException(), default));
        Assert.Equal([1], await File.ReadAllBytesAsync(Target));
        Assert.Empty(Parts());
    }

    /// <summary>The part of a child process: begins to write, and waits to be killed.</summary>
    internal static void BeginToWrite(string path) => AtomicFile.WriteAsync(
        path,
        async (stream, token) =>
        {
            await stream.WriteAsync(new byte[100], token);
            Console.WriteLine("writing");
            await Task.Delay(Timeout.Infinite, token);
        },
        default).GetAwaiter().GetResult();

    private string[] Parts() => Directory.GetFiles(_folder.Path, "*.part");
}
