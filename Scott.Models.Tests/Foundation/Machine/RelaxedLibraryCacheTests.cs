using Scott.Models.Foundation;

namespace Scott.Models.Tests.Foundation;

public sealed class RelaxedLibraryCacheTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

    [Fact]
    public void Publish_ManyThreads_ShareOneWholeFile()
    {
        using var folder = new TemporaryFolder();
        string[] paths = [.. Enumerable.Range(0, 32).AsParallel().WithDegreeOfParallelism(8).Select(_ =>
        {
            string path = RelaxedLibraryCache.Publish(folder.Path, "lib.so", Content).Path;
            Assert.Equal(Content, File.ReadAllBytes(path));
            return path;
        })];
        Assert.Single(paths.Distinct());
        Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Publish_DamagedCopy_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        string path = RelaxedLibraryCache.Publish(folder.Path, "lib.so", Content).Path;
        File.WriteAllBytes(path, [.. Content[..^1], (byte)(Content[^1] + 1)]);
        Assert.Equal((path, null), RelaxedLibraryCache.Publish(folder.Path, "lib.so", Content));
        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public void Publish_OtherContent_HasAnotherFolder()
    {
        using var folder = new TemporaryFolder();
        Assert.NotEqual(
            RelaxedLibraryCache.Publish(folder.Path, "lib.so", Content).Path, RelaxedLibraryCache.Publish(folder.Path, "lib.so", Content[1..]).Path);
    }

    [Fact]
    public void Publish_NoFolderOrOneThatCannotBeWritten_ServesATemporaryCopy()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "in the way");
        foreach (string? unusable in new[] { null, folder.File("file") })
        {
            (string path, string? temporary) = RelaxedLibraryCache.Publish(unusable, "lib.so", Content);
            Assert.Equal(Content, File.ReadAllBytes(path));
            Assert.Equal(Path.GetDirectoryName(path), temporary);
            Directory.Delete(temporary!, recursive: true);
        }
    }
}
