using System.Globalization;
using Scott.Models.Benchmarks.Ratios;
using Scott.Models.Onnx;

namespace Scott.Models.Benchmarks.Int8;

/// <summary>
/// Time of 8-bit graphs relative to single precision, on one thread: the ways to compute a whole model (<c>int8 MODEL</c>), and the ways to
/// compute its layers alone (<c>int8 MODEL layers</c>). With a folder of images (<c>int8 MODEL FOLDER [OTHER]</c>) how near the vectors are: ranges
/// are measured on 32 images of the first folder, vectors compared on 64 of the last. <c>int8 accuracy CLASSIFIER FOLDER LABELED</c> compares the
/// top-1 of a classifier's files.
/// </summary>
internal static class Int8Command
{
    private const string Command = "int8";
    private const string Layers = "layers";
    private const string Accuracy = "accuracy";
    private const int Rounds = 9;
    /// <summary>The place of <c>WithInt8(images)</c> among the ways.</summary>
    private const int Calibrated = 4;

    public static bool Handles(string[] arguments) =>
        arguments is [Command, _] or [Command, _, _] or [Command, _, _, _] or [Command, Accuracy, _, _, _];

    public static async Task RunAsync(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (arguments is [_, Accuracy, string classifier, string calibration, string labeled])
        {
            await Int8Accuracy.PrintAsync(classifier, calibration, labeled);
            return;
        }

        string name = arguments[1];
        ScottModel model = File.Exists(name) ? await ScottModel.FromFileAsync(name) : ScottModel.Create(name, seed: 47);
        switch (arguments)
        {
            case [_, _]:
                MachinePeak.Print();
                foreach (int batch in new[] { 1, 8 })
                    TimeModel(model, batch, _ => true);

                break;
            case [_, _, Layers]:
                foreach (int batch in new[] { 1, 8 })
                    TimeLayers(model.Architecture, batch);

                break;
            default:
                await RangeWays.PrintAsync(model, arguments[2], arguments[^1]);
                break;
        }
    }

    /// <summary>The time of <c>WithInt8(images)</c> relative to single precision, on one thread.</summary>
    public static Ratio CompareCalibrated(ScottModel model, int batch) => Ratio.Of(TimeModel(model, batch, way => way is 0 or Calibrated));

    private static IReadOnlyList<double> TimeModel(ScottModel model, int batch, Func<int, bool> takes)
    {
        (ScottArchitecture architecture, var random) = (model.Architecture, new Random(47));
        float[][] images = [.. Enumerable.Range(0, batch).Select(_ => LayerWays.Noise(random, architecture.ImageLength, 1))];
        Dictionary<string, ActivationRange> ranges = RangeWays.Measure(model, images[..1]).ToDictionary(pair => pair.Key, pair => pair.Value.Whole);
        GraphOptions single = new() { OperatorSet = OnnxOperatorSet.OnnxRuntime, Outputs = GraphOutputs.Embedding };
        GraphOptions quantized = single with { Precision = OnnxPrecision.Int8 };
        GraphOptions Static(Func<string, bool> takes) =>
            quantized with { Ranges = new ActivationRanges(ranges.Where(range => takes(range.Key)).ToDictionary()) };
        (string, GraphOptions)[] ways =
        [
            ("single precision", single),
            ("scales at run time", quantized),
            ("scales at run time, second convolution in integers", Static(RangeWays.IsSecondConvolution)),
            ("measured scales, linear layers only", Static(RangeWays.IsLinear)),
            ("measured scales (WithInt8 with images)", Static(range => RangeWays.IsLinear(range) || RangeWays.IsSecondConvolution(range))),
            ("measured scales, both convolutions", Static(_ => true)),
        ];
        long[] shape = [batch, architecture.Channels, architecture.ImageHeight, architecture.ImageWidth];
        using var race = new SessionRace(GraphNames.Images, [.. images.SelectMany(image => image)], shape, GraphNames.Embedding);
        foreach ((_, (string name, GraphOptions options)) in ways.Index().Where(way => takes(way.Index)))
            race.Add(name, ModelGraph.Serialize(model, null, options));

        return race.Run($"whole model, batch {batch}", Rounds);
    }

    private static void TimeLayers(ScottArchitecture architecture, int batch)
    {
        foreach (LayerWays ways in new LayerWays[]
        {
            new ConvolutionWays(architecture, batch), new LinearWays(architecture, batch), new AttentionWays(architecture, batch),
        })
        {
            using var race = new SessionRace(LayerWays.Input, ways.Values, ways.Shape, LayerWays.Output);
            foreach ((string name, Func<byte[]> build) in ways.All)
                race.Add(name, build());

            race.Run($"{ways.Name}, batch {batch}", Rounds);
        }
    }
}
