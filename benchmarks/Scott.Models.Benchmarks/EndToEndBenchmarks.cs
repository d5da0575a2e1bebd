using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Inference;

namespace Scott.Models.Benchmarks;

/// <summary>
/// JPEG files of 500 × 375 to vectors, against the bare session on images that are preprocessed already, in batches of 8 with every core.
/// </summary>
public class EndToEndBenchmarks : IDisposable
{
    private const int Images = 32;
    private const int Batch = 8;

    private BenchmarkImages _images = null!;
    private FeatureExtractor _extractor = null!;
    private OnnxFeatureEngine _session = null!;
    private FeatureBatch _batch = null!;

    [Params("scott-mini-112", "scott-12-16-224")]
    public string Model { get; set; } = string.Empty;

    [GlobalSetup]
    public void Setup()
    {
        ScottModel model = ScottModel.Create(Model, seed: 47);
        var options = new FeatureExtractionOptions { BatchSize = Batch };
        _images = new BenchmarkImages(Images);
        _extractor = model.ExtractFeatures().WithOptions(options).Build();
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        _session = new OnnxFeatureEngine(model, null, layout, options, NullLogger.Instance);
        _batch = new FeatureBatch(layout, Batch);
        for (int i = 0; i < Batch; i++)
            _extractor.Preprocessor.PreprocessAsync(_images.Paths[i], _batch.Image(i)).GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _extractor.Dispose();
        _session.Dispose();
        _images.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Images)]
    public void RawSession()
    {
        for (int i = 0; i < Images; i += Batch)
            _session.Run(_batch, Batch, isBulk: false);
    }

    [Benchmark(OperationsPerInvoke = Images)]
    public async Task<int> FilesToVectors()
    {
        int numbers = 0;
        await foreach (ImageEmbedding result in _extractor.EmbedFilesAsync(_images.Paths))
        {
            numbers += result.Vector.Length;
        }

        return numbers;
    }
}
