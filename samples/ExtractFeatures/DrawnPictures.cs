using Scott.Models.Configuration;
using static TorchSharp.torch;

namespace ExtractFeatures;

/// <summary>Six pictures made of formulas, in three pairs that look alike, so that the sample needs no files.</summary>
internal static class DrawnPictures
{
    private static readonly (string Name, Func<double, double, double> Red, Func<double, double, double> Blue)[] Pictures =
    [
        ("stripes", (x, _) => Wave(8 * x), (x, _) => Wave(8 * x)),
        ("stripes 2", (x, _) => Wave(9 * x), (x, _) => Wave(9 * x)),
        ("rings", (x, y) => Wave(6 * Math.Sqrt((x * x) + (y * y))), (_, _) => 0.2),
        ("rings 2", (x, y) => Wave(6 * Math.Sqrt((x * x) + (y * y)) + 0.3), (_, _) => 0.3),
        ("gradient", (x, y) => (x + y + 2) / 4, (x, y) => 1 - ((x + y + 2) / 4)),
        ("gradient 2", (x, y) => (x + y + 2.4) / 5, (x, y) => 1 - ((x + y + 2) / 5)),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Pictures.Select(picture => picture.Name)];

    /// <summary>[6, 3, S, S], normalised as the model wants it.</summary>
    public static Tensor Batch(PreprocessingSpec preprocessing)
    {
        int side = preprocessing.ImagePixels;
        float[] values = new float[Pictures.Length * 3 * side * side];
        (RgbTriple mean, RgbTriple deviation) = (preprocessing.Mean, preprocessing.StandardDeviation);
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / (side * side) % 3;
            double x = (2.0 * (i % side) / side) - 1;
            double y = (2.0 * (i / side % side) / side) - 1;
            (_, Func<double, double, double> red, Func<double, double, double> blue) = Pictures[i / (3 * side * side)];
            double value = channel switch { 0 => red(x, y), 1 => (red(x, y) + blue(x, y)) / 2, _ => blue(x, y) };
            values[i] = channel switch
            {
                0 => ((float)value - mean.Red) / deviation.Red,
                1 => ((float)value - mean.Green) / deviation.Green,
                _ => ((float)value - mean.Blue) / deviation.Blue,
            };
        }

        return tensor(values, [Pictures.Length, 3, side, side]);
    }

    private static double Wave(double turns) => 0.5 + (0.5 * Math.Sin(2 * Math.PI * turns / 2));
}
