using Scott.Models.Imaging;
using SkiaSharp;

namespace Scott.Models.Benchmarks;

/// <summary>Drawn photographs-by-size: 500 × 375 JPEG files of about 50 kB, in a folder that goes with it.</summary>
internal sealed class BenchmarkImages : IDisposable
{
    public const int Width = 500;
    public const int Height = 375;
    private const int Quality = 85;

    private readonly string _folder = Directory.CreateTempSubdirectory("scott-benchmarks-").FullName;

    public BenchmarkImages(int count)
    {
        Paths = [.. Enumerable.Range(0, count).Select(i => Path.Combine(_folder, $"{i:0000}.jpg"))];
        for (int i = 0; i < count; i++)
            File.WriteAllBytes(Paths[i], Encode(Draw(i)));
    }

    public IReadOnlyList<string> Paths { get; }

    /// <summary>Waves, an edge and fine noise.</summary>
    public static RgbImage Draw(int seed)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[Width * Height * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int channel, int x, int y) = (i % 3, i / 3 % Width, i / 3 / Width);
            double value = 120 + (60 * Math.Sin((x * (seed + channel + 2) / 90.0) + (y / 40.0))) + (x + (2 * y) > 500 ? 30 : -10);
            pixels[i] = (byte)Math.Clamp(value + random.Next(-12, 13), 0, 255);
        }

        return RgbImage.FromPixels(pixels, Width, Height, PixelLayout.Rgb24);
    }

    /// <summary>The image as Skia's own, to compare with its resampling.</summary>
    public static SKBitmap ToBitmap(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        ReadOnlySpan<byte> source = image.Pixels.Span;
        Span<byte> target = bitmap.GetPixelSpan();
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            source.Slice(3 * i, 3).CopyTo(target[(4 * i)..]);
            target[(4 * i) + 3] = 255;
        }

        return bitmap;
    }

    /// <summary>The image as a JPEG file.</summary>
    public static byte[] Encode(RgbImage image)
    {
        using SKBitmap bitmap = ToBitmap(image);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
