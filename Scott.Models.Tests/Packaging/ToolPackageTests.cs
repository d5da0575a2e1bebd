using System.Globalization;
using System.IO.Compression;
using Scott.Models.Foundation;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Packaging;

/// <summary>The command-line tool as <c>dotnet tool install</c> brings it, from a local feed and without network.</summary>
[Collection(PackagingTests.Name)]
public sealed class ToolPackageTests(ITestOutputHelper output) : IDisposable
{
    private const string Id = "Scott.Models.Cli";

    /// <summary>What nuget.org takes.</summary>
    private const double LargestMegabytes = 250;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tool_InstalledIntoAFreshFolder_EmbedsExaminesAndTrains()
    {
        Assert.SkipUnless(NativeFolders.RuntimeIdentifier is "linux-x64" or "win-x64" or "osx-arm64", "libtorch is not in the tool for this system.");
        await InstallAsync();
        CheckContent();

        string images = Directory.CreateDirectory(_folder.File("images")).FullName;
        for (int i = 0; i < 4; i++)
            await TestFiles.WriteImageAsync(Path.Combine(images, $"{i}.png"), seed: i);

        string vectors = _folder.File("vectors.csv");
        await RunAsync("embed", images, "--output", vectors);
        Assert.Equal(5, (await File.ReadAllLinesAsync(vectors)).Length);
        Assert.Contains("inside the package", await RunAsync("models", "list"), StringComparison.Ordinal);

        ChildResult doctor = await StartAsync("doctor");
        Assert.InRange(doctor.ExitCode, 0, 1);
        Assert.Matches(@"(?m)^  SkiaSharp +\d", doctor.Output);
        Assert.Matches(@"(?m)^  ONNX Runtime +\d", doctor.Output);
        Assert.Matches(@"(?m)^  libtorch +\d", doctor.Output);

        string model = _folder.File("tiny.safetensors");
        await ScottModel.Create(Architectures.Tiny, seed: 5).SaveAsync(model);
        string run = await RunAsync("pretrain", images, "--model", model, "--output", _folder.File("run"), "--epochs", "1", "--batch-size", "2");
        Assert.Contains("2 steps, 1 epoch", run, StringComparison.Ordinal);
    }

    private async Task InstallAsync()
    {
        string project = Path.Combine(Repository.Root, Id, $"{Id}.csproj");
        await PackedLibrary.RunAsync(
            "dotnet",
            [
                "pack", project, "-c", PackedLibrary.Configuration, "--no-build", "-o", _folder.File("feed"),
                $"-p:Version={PackedLibrary.Version}", $"-p:ToolPackageRuntimeIdentifiers={NativeFolders.RuntimeIdentifier}",
            ]);
        await File.WriteAllTextAsync(
            _folder.File("nuget.config"),
            $"""<configuration><packageSources><clear /><add key="local" value="{_folder.File("feed")}" /></packageSources></configuration>""");
        await PackedLibrary.RunAsync(
            "dotnet",
            [
                "tool", "install", Id, "--version", PackedLibrary.Version,
                "--configfile", _folder.File("nuget.config"), "--tool-path", _folder.File("tools"),
            ]);
    }

    private void CheckContent()
    {
        string package = _folder.File($"feed/{Id}.{NativeFolders.RuntimeIdentifier}.{PackedLibrary.Version}.nupkg");
        double megabytes = new FileInfo(package).Length / 1e6;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(package)}: {megabytes:F1} MB"));
        Assert.InRange(megabytes, 50, LargestMegabytes);
        using ZipArchive archive = ZipFile.OpenRead(package);
        string[] files = [.. archive.Entries.Select(entry => entry.Name)];
        Assert.Contains("scott.dll", files);
        Assert.Contains("README.md", files);
        Assert.Contains(files, name => name.Contains("torch_cpu", StringComparison.Ordinal));
        Assert.DoesNotContain(files, name => name.Contains("torch_python", StringComparison.Ordinal));
        Assert.Contains("LICENSE-LIBTORCH.txt", files);
        Assert.Contains(archive.Entries, entry => entry.FullName.EndsWith("licenses/Microsoft.ML.OnnxRuntime/LICENSE", StringComparison.Ordinal));
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        ChildResult result = await StartAsync(arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output;
    }

    private Task<ChildResult> StartAsync(params string[] arguments) => ChildProcess.RunAsync(
        Path.Combine(_folder.File("tools"), OperatingSystem.IsWindows() ? "scott.exe" : "scott"),
        arguments,
        ("SCOTT_OFFLINE", "1"),
        ("SCOTT_MODELS_CACHE", _folder.File("cache")));
}
