using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Tests;

/// <summary>Files that tests need.</summary>
internal static class TestFiles
{
    public static Task WriteImageAsync(string path, int seed, int width = 96, int height = 80)
    {
        var random = new DeterministicRandom((ulong)seed, "image");
        byte[] pixels = [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)((i * (seed + 1) / 40) + (random.NextDouble() * 64)))];
        return RgbImage.FromPixels(pixels, width, height, PixelLayout.Rgb24).SavePngAsync(path);
    }
}
