using System.Globalization;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Packaging;

/// <summary>Fresh apps on the packed library, as a user makes them.</summary>
[Collection(PackagingTests.Name)]
public sealed class ConsumerTests(PackedLibrary library, ITestOutputHelper output)
{
    private const string OnnxRuntime = "Microsoft.ML.OnnxRuntime";
    private const string Torch = "TorchSharp-cpu";

    private static readonly string[] LibtorchNames = ["libtorch_", "libtorch.", "torch_cpu", "c10"];

    [Fact]
    public async Task App_WithOnnxRuntimeOnly_EmbedsWithoutLibtorchOnDisk()
    {
        using var app = new ConsumerApp(library, "Embed", OnnxRuntime);
        await app.BuildAsync();
        string[] files = [.. app.Output.Select(file => file.Name)];

        // TorchSharp's own package brings its managed half and a thin wrapper; libtorch itself is libtorch*, libc10 and torch_cpu.
        Assert.DoesNotContain(files, name => LibtorchNames.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)));
        Assert.InRange(files.Length, 10, 100);
        Assert.Contains("Scott.Models.dll", files);
        string[] lines = await app.RunAsync();
        Assert.Equal(["192 True", Torch], [lines[0], lines[2]]);
    }

    [Fact]
    public async Task App_ForEverySystem_HasNoFileThatNoneOfThemLoads()
    {
        using var app = new ConsumerApp(library, "Embed", OnnxRuntime);
        await app.BuildPortableAsync();
        string[] files = [.. app.Output.Select(file => file.Name)];
        Assert.Contains("libSkiaSharp.dll", files);
        Assert.Contains("libonnxruntime.dylib", files);
        Assert.DoesNotContain(files, name => name is "libSkiaSharp.pdb" or "onnxruntime.aar" or "onnxruntime.xcframework.zip");
        Assert.Equal("192 True", (await app.RunAsync())[0]);
        double megabytes = app.Output.Sum(file => file.Length) / 1e6;
        output.WriteLine(FormattableString.Invariant($"app for every system: {megabytes:F0} MB"));
        Assert.InRange(megabytes, 100, 450);
    }

    [Fact]
    public async Task App_WithTorch_PretrainsFiveSteps()
    {
        using var app = new ConsumerApp(library, "Pretrain", Torch);
        await app.BuildAsync();
        Assert.Equal(["5 steps", "192 True"], await app.RunAsync());
    }

    [Fact]
    public async Task App_TrimmedToOneFile_EmbedsAndStartsFast()
    {
        using var app = new ConsumerApp(library, "Embed", OnnxRuntime);
        ChildResult publish = await app.PublishTrimmedAsync();

        // TorchSharp is not made for trimming and warns; an app that only embeds has no use for it. This library's own code must not.
        bool IsOurs(string line) => line.Contains("warning IL", StringComparison.Ordinal) && line.Contains("Scott.Models.", StringComparison.Ordinal);
        string[] warnings = [.. publish.Output.Split('\n').Where(IsOurs)];
        Assert.Empty(warnings);
        FileInfo file = Assert.Single(app.Output, file => Path.GetFileNameWithoutExtension(file.Name) == "app" && file.Extension is "" or ".exe");
        long natives = app.Output.Where(native => native.Extension is ".so" or ".dylib").Sum(native => native.Length);
        string[] lines = await app.RunAsync();
        Assert.Equal("192 True", lines[0]);
        double[] starts = [double.Parse(lines[1], CultureInfo.InvariantCulture), .. await StartsAsync(app, count: 4)];
        string size = FormattableString.Invariant($"{file.Length / 1e6:F1} MB and {natives / 1e6:F1} MB of native libraries");
        string start = FormattableString.Invariant($"first vector after {starts.Order().ElementAt(2):F0} ms (median of 5)");
        output.WriteLine($"trimmed app: {size}; {start}");
        Assert.InRange(file.Length, 1e6, 60e6);
        Assert.InRange(starts.Min(), 1, 20_000);
    }

    [Fact]
    public async Task App_WithoutNativePackage_IsToldWhatToAdd()
    {
        using var app = new ConsumerApp(library, "NoNatives");
        await app.BuildAsync();
        Assert.Equal([$"{OnnxRuntime}: True", $"{Torch}: True"], await app.RunAsync());
    }

    private static async Task<IReadOnlyList<double>> StartsAsync(ConsumerApp app, int count)
    {
        List<double> starts = [];
        for (int i = 0; i < count; i++)
            starts.Add(double.Parse((await app.RunAsync())[1], CultureInfo.InvariantCulture));

        return starts;
    }
}
