using Scott.Models.Imaging;

namespace Samples.Shared;

/// <summary>Images drawn from formulas, in a few kinds with many variants each, so that a sample needs no photographs.</summary>
internal static class DrawnImages
{
    private const int Width = 500;
    private const int Height = 375;

    /// <summary>The brightness of a point, 0 to 1; x and y run from −1 to 1, v is the variant, from 0.</summary>
    private static readonly (string Kind, Func<double, double, int, double> Brightness)[] Formulas =
    [
        ("stripes", (x, y, v) => Wave((7 + v) * (x + (0.25 * v * y)))),
        ("rings", (x, y, v) => Wave((5 + v) * Math.Sqrt(Square(x - (0.2 * v)) + Square(y)))),
        ("gradient", (x, y, v) => (2 + x + (y * (v - 1))) / 4),
        ("blobs", (x, y, v) => Blobs(x, y, seed: v + 1)),
    ];

    /// <summary>From dark to bright; variants take turns, so that a kind's images do not share their colors.</summary>
    private static readonly ((int Red, int Green, int Blue) Dark, (int Red, int Green, int Blue) Bright)[] Palettes =
        [((20, 30, 70), (250, 220, 150)), ((60, 10, 20), (170, 230, 220)), ((15, 50, 25), (240, 190, 230))];

    public static IReadOnlyList<string> Kinds { get; } = [.. Formulas.Select(formula => formula.Kind)];

    /// <summary>Writes one image as a PNG file.</summary>
    public static Task DrawAsync(string kind, int variant, string path, CancellationToken cancellationToken = default) =>
        Draw(kind, variant, palette: variant).SavePngAsync(path, cancellationToken);

    /// <summary>Writes the first variants of every kind into a folder, as <c>KIND-NUMBER.png</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="variants">How many of each kind.</param>
    /// <param name="sameColors">Whether all have the same colors: to a model of photos, colors say more than forms.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <returns>The files' paths.</returns>
    public static async Task<IReadOnlyList<string>> DrawAllAsync(
        string folder, int variants, bool sameColors = false, CancellationToken cancellationToken = default)
    {
        var paths = new List<string>();
        foreach (string kind in Kinds)
        {
            for (int variant = 0; variant < variants; variant++)
            {
                string path = Path.Combine(folder, $"{kind}-{variant + 1}.png");
                await Draw(kind, variant, palette: sameColors ? 0 : variant).SavePngAsync(path, cancellationToken);
                paths.Add(path);
            }
        }

        return paths;
    }

    /// <summary>Writes variants of every kind as labeled images: one folder per kind.</summary>
    public static async Task DrawLabeledAsync(string folder, int first, int count, CancellationToken cancellationToken = default)
    {
        foreach (string kind in Kinds)
        {
            string folderOfKind = Directory.CreateDirectory(Path.Combine(folder, kind)).FullName;
            for (int variant = first; variant < first + count; variant++)
                await DrawAsync(kind, variant, Path.Combine(folderOfKind, $"{variant + 1}.png"), cancellationToken);
        }
    }

    /// <summary>The kind in the name of a file that <see cref="DrawAllAsync"/> wrote.</summary>
    public static string KindOf(string path) => Path.GetFileName(path).Split('-')[0];

    private static RgbImage Draw(string kind, int variant, int palette)
    {
        Func<double, double, int, double> brightness = Formulas.First(formula => formula.Kind == kind).Brightness;
        (var dark, var bright) = Palettes[(palette + (palette / Palettes.Length)) % Palettes.Length];
        byte[] pixels = new byte[Width * Height * 3];
        for (int i = 0; i < Width * Height; i++)
        {
            double share = brightness((2.0 * (i % Width) / Width) - 1, (2.0 * (i / Width) / Height) - 1, variant);
            pixels[3 * i] = Mix(dark.Red, bright.Red, share);
            pixels[(3 * i) + 1] = Mix(dark.Green, bright.Green, share);
            pixels[(3 * i) + 2] = Mix(dark.Blue, bright.Blue, share);
        }

        return RgbImage.FromPixels(pixels, Width, Height, PixelLayout.Rgb24);
    }

    private static byte Mix(int dark, int bright, double share) => (byte)Math.Clamp(dark + ((bright - dark) * share), 0, 255);

    private static double Wave(double turns) => 0.5 + (0.5 * Math.Sin(Math.PI * turns));

    private static double Blobs(double x, double y, int seed) =>
        Math.Min(1, Enumerable.Range(1, 9).Sum(i => Math.Exp(-30 * (Square(x - Math.Sin(i * 7.3 * seed)) + Square(y - Math.Cos(i * 4.1 * seed))))));

    private static double Square(double value) => value * value;
}
