using BenchmarkDotNet.Attributes;
using Scott.Models.Imaging;

namespace Scott.Models.Benchmarks;

/// <summary>One JPEG of 4000 × 3000 to normalized values for 224 pixels, on one thread: decoded exactly, and with <c>FastDecode</c>.</summary>
public class PreprocessingBenchmarks
{
    private const int Width = 4000;
    private const int Height = 3000;

    private readonly ImagePreprocessor _exact = new(PreprocessingSpec.ForImage(224));
    private readonly ImagePreprocessor _fast = new(PreprocessingSpec.ForImage(224), new ImageDecodingOptions { FastDecode = true });
    private readonly float[] _values = new float[3 * 224 * 224];
    private ImageSource _image = null!;

    [GlobalSetup]
    public void Setup() =>
        _image = ImageSource.FromBytes(BenchmarkImages.Encode(BenchmarkImages.Draw(1).Resize(Width, Height, Interpolation.Bicubic)));

    [Benchmark(Baseline = true)]
    public Task Exact() => _exact.PreprocessAsync(_image, _values);

    [Benchmark]
    public Task FastDecode() => _fast.PreprocessAsync(_image, _values);
}
