using BenchmarkDotNet.Attributes;
using Scott.Models.Imaging;
using SkiaSharp;

namespace Scott.Models.Benchmarks;

/// <summary>500 × 375 to a short side of 256: the package's resampler, with Pillow's pixels, against SkiaSharp's cubic, without them.</summary>
public class ResamplerBenchmarks : IDisposable
{
    private const int TargetWidth = 341;
    private const int TargetHeight = 256;

    private PixelBuffer _buffer = null!;
    private SKBitmap _bitmap = null!;
    private SKBitmap _target = null!;

    [GlobalSetup]
    public void Setup()
    {
        RgbImage image = BenchmarkImages.Draw(1);
        _buffer = image.ToBuffer();
        _bitmap = BenchmarkImages.ToBitmap(image);
        _target = new SKBitmap(_bitmap.Info.WithSize(TargetWidth, TargetHeight));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _buffer.Dispose();
        _bitmap.Dispose();
        _target.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public bool SkiaCubic() => _bitmap.ScalePixels(_target, new SKSamplingOptions(SKCubicResampler.CatmullRom));

    [Benchmark]
    public void Bilinear() => Resize(Interpolation.Bilinear);

    [Benchmark]
    public void Bicubic() => Resize(Interpolation.Bicubic);

    private void Resize(Interpolation interpolation)
    {
        using PixelBuffer resized = PillowResampler.Resize(
            _buffer,
            ResampleAxis.Whole(_buffer.Width, TargetWidth, 0, TargetWidth, interpolation),
            ResampleAxis.Whole(_buffer.Height, TargetHeight, 0, TargetHeight, interpolation));
    }
}
