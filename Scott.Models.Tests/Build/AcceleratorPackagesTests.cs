using System.Text.Json;
using System.Xml.Linq;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Build;

/// <summary>The CUDA packages cannot be restored everywhere, so the projects are only evaluated: which packages would each value bring?</summary>
public sealed class AcceleratorPackagesTests
{
    private static readonly string[] NativePackages =
        ["TorchSharp-cpu", "TorchSharp-cuda-windows", "TorchSharp-cuda-linux", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Gpu"];

    public static TheoryData<string, string, string[]> Values { get; } = new()
    {
        { "Scott.Models.Tests", string.Empty, ["TorchSharp-cpu", "Microsoft.ML.OnnxRuntime"] },
        { "Scott.Models.Tests", "cpu", ["TorchSharp-cpu", "Microsoft.ML.OnnxRuntime"] },
        { "Scott.Models.Tests", "cuda-windows", ["TorchSharp-cuda-windows", "Microsoft.ML.OnnxRuntime.Gpu"] },
        { "Scott.Models.Tests", "cuda-linux", ["TorchSharp-cuda-linux", "Microsoft.ML.OnnxRuntime.Gpu"] },
        { "benchmarks/Scott.Models.Benchmarks", "cuda-windows", ["TorchSharp-cuda-windows", "Microsoft.ML.OnnxRuntime.Gpu"] },
        { "benchmarks/Scott.Models.Benchmarks", "cuda-linux", ["TorchSharp-cuda-linux", "Microsoft.ML.OnnxRuntime.Gpu"] },
        { "samples/ExtractFeatures", "cuda-windows", ["Microsoft.ML.OnnxRuntime.Gpu"] },
        { "samples/ExtractFeatures", "cuda-linux", ["Microsoft.ML.OnnxRuntime.Gpu"] },
        { "samples/ExtractFeatures", "cpu", ["Microsoft.ML.OnnxRuntime"] },
        { "Scott.Models.Cli", "cuda-linux", ["TorchSharp-cuda-linux", "Microsoft.ML.OnnxRuntime.Gpu"] },
        { "Scott.Models.Cli", "cpu", ["TorchSharp-cpu", "Microsoft.ML.OnnxRuntime"] },
        { "samples/PretrainAndFineTune", "cuda-windows", ["TorchSharp-cuda-windows", "Microsoft.ML.OnnxRuntime.Gpu"] },
        { "samples/PretrainAndFineTune", "cpu", ["TorchSharp-cpu", "Microsoft.ML.OnnxRuntime"] },
        { "samples/ExportOnnx", "cuda-linux", ["Microsoft.ML.OnnxRuntime.Gpu"] },
        { "samples/ExportOnnx", "cpu", ["Microsoft.ML.OnnxRuntime"] },
        { "samples/ImageSearch", "cuda-windows", ["Microsoft.ML.OnnxRuntime.Gpu"] },
        { "samples/ImageSearch", "cpu", ["Microsoft.ML.OnnxRuntime"] },
        { "Scott.Models", "cuda-linux", [] },
        { "Scott.Models", "cpu", [] },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Project_WithAccelerator_ReferencesExactlyItsNativePackages(string project, string accelerator, string[] expected)
    {
        ChildResult result = await EvaluateAsync(project, accelerator, "-getItem:PackageReference");
        Assert.True(result.ExitCode == 0, result.ToString());
        using JsonDocument document = JsonDocument.Parse(result.Output);
        IEnumerable<string> found = document.RootElement.GetProperty("Items").GetProperty("PackageReference")
            .EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!)
            .Where(NativePackages.Contains);
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Project_WithUnknownAccelerator_IsAnErrorThatNamesTheKnownOnes()
    {
        ChildResult result = await EvaluateAsync("samples/ExtractFeatures", "cuda", "-t:CheckScottAccelerator");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("ScottAccelerator is 'cuda'; expected cpu, cuda-windows or cuda-linux.", result.Output, StringComparison.Ordinal);
    }

    /// <summary>The forms of a native library appear in different patch versions: one that another form does not have cannot be restored.</summary>
    [Theory]
    [InlineData("Microsoft.ML.OnnxRuntime", 3)]
    [InlineData("TorchSharp", 4)]
    [InlineData("SkiaSharp", 2)]
    public void PackageVersions_OfOneNativeLibrary_AreTheSame(string library, int forms)
    {
        string[] versions = [.. XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Where(package => $"{package.Attribute("Include")!.Value}.".Replace('-', '.').StartsWith(library + ".", StringComparison.Ordinal))
            .Select(package => package.Attribute("Version")!.Value)];
        Assert.Equal(forms, versions.Length);
        Assert.Single(versions.Distinct());
    }

    private static Task<ChildResult> EvaluateAsync(string project, string accelerator, string request)
    {
        string file = Path.Combine(Repository.Root, project, Path.GetFileName(project) + ".csproj");

        // An empty value on the command line would not be the default: it cannot be overridden.
        string[] property = accelerator.Length == 0 ? [] : [$"-p:ScottAccelerator={accelerator}"];
        return ChildProcess.RunAsync("dotnet", ["msbuild", file, "-nologo", .. property, request]);
    }
}
