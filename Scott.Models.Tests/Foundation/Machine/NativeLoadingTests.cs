using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using Scott.Models.Foundation;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Foundation;

/// <summary>Loading libtorch, each time in a process of its own.</summary>
[Collection(AloneTests.Name)]
public sealed class NativeLoadingTests
{
    private const string Wrapper = "libLibTorchSharp.so";

    [Fact]
    public async Task EnsureLoaded_TenProcessesAtOnce_AllRunAndPublishOneCopy()
    {
        using var data = new TemporaryFolder();
        string? shipped = NativeFolders.Find(NativeFolders.Candidates(typeof(TorchSharp.torch).Assembly), Wrapper);
        if (OperatingSystem.IsLinux())
            Assert.NotNull(shipped);

        byte[]? before = shipped is null ? null : SHA256.HashData(await File.ReadAllBytesAsync(shipped));
        ChildResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => RunRoleAsync(ChildRoles.RunBackbone, [], ("XDG_DATA_HOME", data.Path))));
        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.ToString()));
        Assert.Single(results.Select(result => result.Output).Distinct());

        // One copy where this system's libstdc++ is too old for the shipped file, none elsewhere; and the shipped file is as it was.
        string[] copies = Directory.GetFiles(data.Path, "*", SearchOption.AllDirectories);
        Assert.Equal(NeedsRelaxing(shipped) ? [Wrapper] : [], copies.Select(Path.GetFileName));
        if (shipped is not null)
            Assert.Equal(before, SHA256.HashData(await File.ReadAllBytesAsync(shipped)));
    }

    [Fact]
    public async Task EnsureLoaded_CacheFolderThatCannotBeMade_StillRuns()
    {
        using var data = new TemporaryFolder();
        await File.WriteAllTextAsync(data.File("scott-models"), "a file where the folder should be");
        ChildResult result = await RunRoleAsync(ChildRoles.RunBackbone, [], ("XDG_DATA_HOME", data.Path));
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    [Fact]
    public async Task Models_MadeSavedAndRead_NeverLoadLibtorch()
    {
        using var folder = new TemporaryFolder();
        ChildResult result = await RunRoleAsync(ChildRoles.StayTorchFree, [folder.File("model.safetensors")]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("96 False False", result.Output.Trim());
    }

    [Fact]
    public async Task EnsureLoaded_NoNativePackage_IsOneTypedErrorThatNamesThePackage()
    {
        using ManagedOnlyApp app = new();
        ChildResult result = await app.RunRoleAsync(ChildRoles.CatchNativeError);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("NativeLibraryException TorchSharp-cpu", result.Output, StringComparison.Ordinal);
        Assert.Contains("add the package TorchSharp-cpu", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_NoNativePackage_SaysWhatToAddAndDoesNotCrash()
    {
        using ManagedOnlyApp app = new();
        ChildResult result = await app.RunRoleAsync(ChildRoles.PrintDiagnostics);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("! libtorch", result.Output, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu", result.Output, StringComparison.Ordinal);
        Assert.Contains("! ONNX Runtime", result.Output, StringComparison.Ordinal);
        Assert.Contains("add the package Microsoft.ML.OnnxRuntime", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_AllInstalled_IsHealthy()
    {
        ChildResult result = await RunRoleAsync(ChildRoles.PrintDiagnostics, []);
        Assert.True(result.ExitCode == 0, result.ToString());
        foreach (string subject in
            new[] { "Scott.Models", ".NET", "operating system", "processor", "memory", "ONNX Runtime", "libtorch", "CUDA", "torch devices" })
        {
            Assert.Contains($"  {subject}  ", result.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("! ", result.Output, StringComparison.Ordinal);
    }

    private static Task<ChildResult> RunRoleAsync(string role, string[] arguments, params (string Name, string? Value)[] environment) =>
        ChildProcess.RunAsync("dotnet", [typeof(NativeLoadingTests).Assembly.Location, ChildProcess.Marker, role, .. arguments], environment);

    private static bool NeedsRelaxing(string? shipped) => shipped is not null && OperatingSystem.IsLinux()
        && LibstdcxxCompatibility.MissingVersions(File.ReadAllBytes(shipped), SystemLibraries.LibstdcxxVersions()).Count > 0;

    /// <summary>This test program in a folder with its managed assemblies and nothing native.</summary>
    private sealed class ManagedOnlyApp : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public ManagedOnlyApp()
        {
            foreach (string assembly in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Where(IsManaged))
                File.Copy(assembly, _folder.File(Path.GetFileName(assembly)));

            const string RuntimeConfiguration = "Scott.Models.Tests.runtimeconfig.json";
            File.Copy(Path.Combine(AppContext.BaseDirectory, RuntimeConfiguration), _folder.File(RuntimeConfiguration));
        }

        public Task<ChildResult> RunRoleAsync(string role) => ChildProcess.RunAsync(
            "dotnet",
            [_folder.File("Scott.Models.Tests.dll"), ChildProcess.Marker, role],
            ("LD_LIBRARY_PATH", null));

        public void Dispose() => _folder.Dispose();

        private static bool IsManaged(string path)
        {
            using FileStream stream = File.OpenRead(path);
            using var reader = new PEReader(stream);
            return reader.HasMetadata;
        }
    }
}
