using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Drawings that are hard to scale: sharp edges, patterns as fine as pixels, edges of color alone.</summary>
internal static class FineDrawings
{
    public static RgbImage Draw(string drawing, int width, int height)
    {
        var random = new Random(1);
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            int x = i % width, y = i / width;
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = drawing switch
            {
                "edge" => Gray(x + (y * 0.37) <= width / 2),
                "squares of 5" => Gray(((x / 5) + (y / 5)) % 2 == 0),
                "squares of 16" => Gray(((x / 16) + (y / 16)) % 2 == 0),
                "color stripes of 18" => x % 37 < 18 ? ((byte)255, (byte)0, (byte)255) : ((byte)0, (byte)255, (byte)0),
                "lines 7 apart" => Gray(x % 7 != 0 && y % 7 != 0),
                "lines 1 apart" => Gray(x % 2 == 0),
                "noise" => Gray(random.Next(2) == 0),
                _ => throw new ArgumentOutOfRangeException(nameof(drawing), drawing, "Expected a known drawing."),
            };
        }

        return RgbImage.FromPixels(pixels, width, height, PixelLayout.Rgb24);
    }

    private static (byte Red, byte Green, byte Blue) Gray(bool isWhite) => isWhite ? ((byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0);
}
