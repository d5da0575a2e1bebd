using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Benchmarks.Anomalies;

/// <summary>Draws a defect on an image, with seeded random numbers: a scratch, a stain or a hole.</summary>
internal static class DrawnDefects
{
    private const double LeastVisible = 0.15;

    public static IReadOnlyList<string> Kinds { get; } = ["scratch", "stain", "hole"];

    /// <summary>How much of a point is the defect, 0 to 1, and its color.</summary>
    private delegate double Coverage(double x, double y);

    /// <param name="image">The sound image, of any size.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="random">Decides place, size and color.</param>
    /// <returns>The image, and which of its pixels belong to the defect.</returns>
    public static (RgbImage Image, bool[] Defect) Add(RgbImage image, string kind, DeterministicRandom random)
    {
        (Coverage coverage, (int Red, int Green, int Blue) color) = kind switch
        {
            "scratch" => (Scratch(random), random.NextInt32(2) == 0 ? (25, 22, 20) : (238, 235, 230)),
            "stain" => (Stain(random), random.NextInt32(3) switch { 0 => (70, 40, 20), 1 => (40, 50, 130), _ => (225, 225, 205) }),
            "hole" => (Hole(random), MeanColor(image)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected one of Kinds."),
        };
        byte[] pixels = image.Pixels.ToArray();
        bool[] defect = new bool[image.Width * image.Height];
        for (int i = 0; i < defect.Length; i++)
        {
            double share = coverage((i % image.Width + 0.5) / image.Width, (i / image.Width + 0.5) / image.Height);
            defect[i] = share > LeastVisible;
            pixels[3 * i] = DrawnSurfaces.ToByte(pixels[3 * i] + (share * (color.Red - pixels[3 * i])));
            pixels[(3 * i) + 1] = DrawnSurfaces.ToByte(pixels[(3 * i) + 1] + (share * (color.Green - pixels[(3 * i) + 1])));
            pixels[(3 * i) + 2] = DrawnSurfaces.ToByte(pixels[(3 * i) + 2] + (share * (color.Blue - pixels[(3 * i) + 2])));
        }

        return (RgbImage.FromPixels(pixels, image.Width, image.Height, PixelLayout.Rgb24), defect);
    }

    /// <summary>A thin bent line, 20 to 50 % of the image long and 0.6 to 1.2 % wide.</summary>
    private static Coverage Scratch(DeterministicRandom random)
    {
        (double centerX, double centerY) = (random.NextDouble(0.25, 0.75), random.NextDouble(0.25, 0.75));
        (double sine, double cosine) = Math.SinCos(random.NextDouble(0, Math.PI));
        (double half, double width, double bend) = (random.NextDouble(0.1, 0.25), random.NextDouble(0.003, 0.006), random.NextDouble(-1.5, 1.5));
        return (x, y) =>
        {
            double along = (cosine * (x - centerX)) + (sine * (y - centerY));
            double across = (cosine * (y - centerY)) - (sine * (x - centerX)) - (bend * along * along);
            return Math.Abs(along) > half ? 0 : 0.8 * Math.Exp(-across * across / (2 * width * width));
        };
    }

    /// <summary>A soft uneven spot with a radius of 5 to 10 %, through which the surface is seen.</summary>
    private static Coverage Stain(DeterministicRandom random)
    {
        (double centerX, double centerY) = (random.NextDouble(0.15, 0.85), random.NextDouble(0.15, 0.85));
        (double radius, double opacity) = (random.NextDouble(0.05, 0.1), random.NextDouble(0.35, 0.6));
        (double first, double second) = (random.NextDouble(0, 6), random.NextDouble(0, 6));
        return (x, y) =>
        {
            double angle = Math.Atan2(y - centerY, x - centerX);
            double edge = radius * (1 + (0.2 * Math.Sin((2 * angle) + first)) + (0.15 * Math.Sin((5 * angle) + second)));
            double distance = Math.Sqrt(((x - centerX) * (x - centerX)) + ((y - centerY) * (y - centerY)));
            return opacity / (1 + Math.Exp((distance - edge) / (0.1 * radius)));
        };
    }

    /// <summary>A part of the surface is missing: an even ellipse with a radius of 4 to 8 %, in the mean color of the image.</summary>
    private static Coverage Hole(DeterministicRandom random)
    {
        (double centerX, double centerY) = (random.NextDouble(0.15, 0.85), random.NextDouble(0.15, 0.85));
        (double wide, double high) = (random.NextDouble(0.04, 0.08), random.NextDouble(0.04, 0.08));
        return (x, y) =>
        {
            double distance = Math.Sqrt(Math.Pow((x - centerX) / wide, 2) + Math.Pow((y - centerY) / high, 2));
            return Math.Clamp((1.05 - distance) / 0.1, 0, 1);
        };
    }

    private static (int Red, int Green, int Blue) MeanColor(RgbImage image)
    {
        long[] sums = new long[3];
        ReadOnlySpan<byte> pixels = image.Pixels.Span;
        for (int i = 0; i < pixels.Length; i++)
            sums[i % 3] += pixels[i];

        int count = image.Width * image.Height;
        return ((int)(sums[0] / count), (int)(sums[1] / count), (int)(sums[2] / count));
    }
}
