using System.Diagnostics;
using System.Globalization;
using Scott.Models.Benchmarks.Ratios;
using Scott.Models.Inference;

namespace Scott.Models.Benchmarks;

/// <summary>
/// How long an app takes from its start to its first vector: this program starts itself again and again, and each child reads a saved
/// <c>scott-mini-112</c>, makes an extractor and embeds one JPEG.
/// </summary>
internal static class FirstVector
{
    public const string Command = "first-vector";
    private const string ChildCommand = "first-vector-child";
    private const int Starts = 11;

    public static bool Handles(string[] arguments) => arguments is [Command] or [ChildCommand, _, _];

    public static async Task RunAsync(string[] arguments)
    {
        if (arguments is [ChildCommand, string modelPath, string imagePath])
        {
            await RunChildAsync(modelPath, imagePath);
            return;
        }

        Console.WriteLine($"first vector after {Measure().ToText("F0")} ms (median of {Starts} starts, and quartiles)");
    }

    /// <summary>In milliseconds.</summary>
    public static Ratio Measure()
    {
        using var images = new BenchmarkImages(1);
        string model = images.Paths[0] + ".safetensors";
        ScottModel.Create("scott-mini-112", seed: 47).SaveAsync(model).GetAwaiter().GetResult();
        return Ratio.Of([.. Enumerable.Range(0, Starts).Select(_ => Start(model, images.Paths[0]))]);
    }

    private static async Task RunChildAsync(string modelPath, string imagePath)
    {
        ScottModel model = await ScottModel.FromFileAsync(modelPath);
        using FeatureExtractor features = model.ExtractFeatures().Build();
        float[] vector = await features.EmbedAsync(imagePath);
        TimeSpan sinceStart = DateTime.Now - Process.GetCurrentProcess().StartTime;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sinceStart.TotalMilliseconds} {vector.Length}"));
    }

    private static double Start(string model, string image)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Scott.Models.Benchmarks.dll");
        var start = new ProcessStartInfo("dotnet", [program, ChildCommand, model, image]) { RedirectStandardOutput = true };
        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return double.Parse(output.Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
