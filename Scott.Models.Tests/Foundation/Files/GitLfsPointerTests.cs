using Scott.Models.Foundation;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Foundation;

/// <summary>A Git LFS pointer in place of weights or a manifest is named as one, with the command that replaces it.</summary>
public sealed class GitLfsPointerTests
{
    public static byte[] Pointer { get; } =
        [.. "version https://git-lfs.github.com/spec/v1\noid sha256:0000000000000000000000000000000000000000000000000000000000000000\nsize 1234\n"u8];

    [Fact]
    public void Begins_OfPointersOfEveryAge_IsTrue()
    {
        Assert.True(GitLfsPointer.Begins(Pointer));
        Assert.True(GitLfsPointer.Begins("version https://hawser.github.com/spec/v1\n"u8));
        Assert.True(GitLfsPointer.Begins("version http://git-media.io/v/2\n"u8));
        Assert.False(GitLfsPointer.Begins("version 2 of the weights"u8));
        Assert.False(GitLfsPointer.Begins(default));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model.pth")]
    public async Task ReadWeights_OfPointer_SaysWhatToRun(string name)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File(name), Pointer);
        SafetensorsException error = await Assert.ThrowsAsync<SafetensorsException>(() => SafetensorsFile.ReadAsync(folder.File(name)));
        Assert.Equal(SafetensorsFault.GitLfsPointer, error.Fault);
        AssertSaysWhatToRun(error);
        PyTorchCheckpointException other = await Assert.ThrowsAsync<PyTorchCheckpointException>(() => PyTorchCheckpoint.ReadAsync(folder.File(name)));
        Assert.Equal(PyTorchCheckpointFault.GitLfsPointer, other.Fault);
        AssertSaysWhatToRun(other);
        AssertSaysWhatToRun(await Assert.ThrowsAnyAsync<ScottException>(() => ScottModel.FromFileAsync(folder.File(name))));
    }

    [Fact]
    public void ReadManifest_OfPointer_SaysWhatToRun()
    {
        ManifestException error = Assert.Throws<ManifestException>(() => ManifestReader.Read(Pointer, "manifest.json"));
        Assert.Single(error.Faults);
        AssertSaysWhatToRun(error);
    }

    [Fact]
    public async Task Import_OfPointers_SaysWhatToRun()
    {
        using var folder = new TemporaryFolder();
        string name = WeightsManifest.Embedded.Models.First(model => model.HasWeights).Files[0].Name;
        await File.WriteAllBytesAsync(folder.File(name), Pointer);
        AssertSaysWhatToRun(await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModels.ImportAsync(folder.Path, new ZooOptions { CacheFolder = folder.File("cache") })));
    }

    private static void AssertSaysWhatToRun(ScottException error)
    {
        Assert.Contains("a Git LFS pointer", error.Message, StringComparison.Ordinal);
        Assert.Contains("run `git lfs pull`", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", error.Message, StringComparison.Ordinal);
    }
}
