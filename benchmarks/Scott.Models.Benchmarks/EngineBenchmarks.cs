using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Torch;

namespace Scott.Models.Benchmarks;

/// <summary>One run of a preprocessed batch: the TorchSharp engine against ONNX Runtime in its precisions, all with every core.</summary>
public class EngineBenchmarks
{
    private readonly List<IFeatureEngine> _engines = [];
    private FeatureBatch _batch = null!;

    [Params("scott-mini-112", "scott-12-16-224")]
    public string Model { get; set; } = string.Empty;

    [Params(1, 8, 32)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        ScottModel model = ScottModel.Create(Model, seed: 47);
        var options = new FeatureExtractionOptions { TorchDevice = TorchDevice.Cpu };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        _batch = new FeatureBatch(layout, Batch);
        var random = new Random(47);
        for (int i = 0; i < _batch.Images.Length; i++)
            _batch.Images[i] = (float)((random.NextDouble() * 4) - 2);

        _engines.Add(new TorchFeatureEngine(model, null, layout, options));
        foreach (OnnxPrecision precision in new[] { OnnxPrecision.Float32, OnnxPrecision.Float16Weights, OnnxPrecision.Int8 })
            _engines.Add(new OnnxFeatureEngine(model, null, layout, options with { Precision = precision }, NullLogger.Instance));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _engines.ForEach(engine => engine.Dispose());
        _engines.Clear();
    }

    [Benchmark]
    public void Torch() => Run(0);

    [Benchmark(Baseline = true)]
    public void OnnxRuntime() => Run(1);

    [Benchmark]
    public void OnnxRuntimeFloat16Weights() => Run(2);

    [Benchmark]
    public void OnnxRuntimeInt8() => Run(3);

    private void Run(int engine) => _engines[engine].Run(_batch, Batch, isBulk: false);
}
