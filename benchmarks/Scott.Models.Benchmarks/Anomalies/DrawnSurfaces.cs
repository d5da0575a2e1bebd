using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Benchmarks.Anomalies;

/// <summary>Images of surfaces without defects, drawn from formulas with seeded random numbers, so that no two are alike.</summary>
internal static class DrawnSurfaces
{
    public const int Side = 256;

    private const int BoardParts = 5; // per row and column

    /// <summary>The color of a point; x and y run from 0 to 1.</summary>
    private delegate (double Red, double Green, double Blue) Surface(double x, double y);

    public static IReadOnlyList<string> Kinds { get; } = ["wood", "weave", "granite", "board"];

    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="random">Decides where the camera stands, how bright it is, and the noise.</param>
    public static RgbImage Draw(string kind, DeterministicRandom random)
    {
        Surface surface = kind switch
        {
            "wood" => Wood(random),
            "weave" => Weave(random),
            "granite" => Granite(random),
            "board" => Board(random),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected one of Kinds."),
        };
        double brightness = random.NextDouble(0.95, 1.05);
        byte[] pixels = new byte[Side * Side * 3];
        for (int i = 0; i < Side * Side; i++)
        {
            (double red, double green, double blue) = surface((i % Side + 0.5) / Side, (i / Side + 0.5) / Side);
            double grain = brightness + (0.02 * random.NextNormal());
            pixels[3 * i] = ToByte(red * grain);
            pixels[(3 * i) + 1] = ToByte(green * grain);
            pixels[(3 * i) + 2] = ToByte(blue * grain);
        }

        return RgbImage.FromPixels(pixels, Side, Side, PixelLayout.Rgb24);
    }

    public static byte ToByte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

    private static Surface Wood(DeterministicRandom random)
    {
        ulong seed = random.NextUInt64();
        return (x, y) =>
        {
            double rings = 0.5 + (0.5 * Math.Sin(2 * Math.PI * ((11 * y) + (2 * Noise(1.5 * x, 5 * y, seed)))));
            double fiber = Noise(6 * x, 90 * y, seed + 1);
            double light = (0.6 * rings) + (0.4 * fiber);
            return (115 + (85 * light), 72 + (70 * light), 40 + (48 * light));
        };
    }

    private static Surface Weave(DeterministicRandom random)
    {
        ulong seed = random.NextUInt64();
        (double sine, double cosine) = Math.SinCos(random.NextDouble(-0.05, 0.05));
        (double left, double top) = (random.NextDouble(), random.NextDouble());
        return (x, y) =>
        {
            double u = (22 * ((cosine * x) - (sine * y))) + left, v = (22 * ((sine * x) + (cosine * y))) + top;
            bool isWarp = ((int)Math.Floor(u) + (int)Math.Floor(v)) % 2 == 0;
            double thread = Math.Sin(Math.PI * ((isWarp ? u : v) - Math.Floor(isWarp ? u : v)));
            double light = (0.35 + (0.55 * thread)) * (0.85 + (0.3 * Noise(40 * x, 40 * y, seed)));
            return isWarp ? (150 * light, 160 * light, 185 * light) : (200 * light, 190 * light, 170 * light);
        };
    }

    private static Surface Granite(DeterministicRandom random)
    {
        ulong seed = random.NextUInt64();
        return (x, y) =>
        {
            double sum = 0, weight = 0.5;
            for (int octave = 0; octave < 5; octave++, weight *= 0.75)
                sum += weight * Noise((4 << octave) * x, (4 << octave) * y, seed + (ulong)octave);

            double light = sum / 1.5;
            double speck = Noise(50 * x, 50 * y, seed + 9) > 0.8 ? 0.55 : 1;
            return (60 + (150 * light * speck), 58 + (140 * light * speck), 64 + (138 * light * speck));
        };
    }

    /// <summary>A board with a grid of two kinds of parts: dark blocks and bright disks.</summary>
    private static Surface Board(DeterministicRandom random)
    {
        ulong seed = random.NextUInt64();
        (double left, double top) = (random.NextDouble(-0.01, 0.01), random.NextDouble(-0.01, 0.01));
        return (x, y) =>
        {
            double column = BoardParts * (x + left), row = BoardParts * (y + top);
            double across = column - Math.Floor(column) - 0.5, down = row - Math.Floor(row) - 0.5;
            double light = 0.85 + (0.3 * Noise(60 * x, 60 * y, seed));
            bool isBlock = ((int)Math.Floor(column) + (int)Math.Floor(row)) % 2 == 0;
            if (isBlock && Math.Abs(across) < 0.26 && Math.Abs(down) < 0.18)
                return (45 * light, 45 * light, 50 * light);
            if (!isBlock && Math.Sqrt((across * across) + (down * down)) is < 0.22 and double radius)
                return radius < 0.1 ? (90 * light, 85 * light, 80 * light) : (205 * light, 195 * light, 150 * light);

            return (35 * light, 105 * light, 60 * light);
        };
    }

    /// <summary>Smooth noise in [0, 1]: random numbers on the whole coordinates, interpolated between them.</summary>
    private static double Noise(double x, double y, ulong seed)
    {
        (double left, double top) = (Math.Floor(x), Math.Floor(y));
        (double along, double down) = (Ease(x - left), Ease(y - top));
        double At(double column, double row) => Hash((long)column, (long)row, seed);
        double upper = At(left, top) + (along * (At(left + 1, top) - At(left, top)));
        double lower = At(left, top + 1) + (along * (At(left + 1, top + 1) - At(left, top + 1)));
        return upper + (down * (lower - upper));
    }

    private static double Ease(double share) => share * share * (3 - (2 * share));

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood, 2014) on the coordinates.</summary>
    private static double Hash(long column, long row, ulong seed)
    {
        ulong mixed = seed + ((ulong)column * 0x9E3779B97F4A7C15) + ((ulong)row * 0xC2B2AE3D27D4EB4F);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
