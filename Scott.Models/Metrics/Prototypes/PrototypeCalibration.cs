using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>What images of known classes look like to the classes: how sure cosines are, how far images are from their class, and how improbable
/// their class is. Learned from images that the classes did not learn from, or from the examples: each is compared with classes made without it.
/// Immutable.</summary>
internal sealed class PrototypeCalibration
{
    /// <summary>The temperature of cosines if there are no images to learn it from.</summary>
    public const double DefaultTemperature = 0.1;
    /// <summary>Otherwise the default has the weight of so many images beside them.</summary>
    private const double DefaultWeight = 50;
    /// <summary>More images than these hardly change a quantile. They are taken at equal steps.</summary>
    private const int MostImages = 2048;
    /// <summary>So that rounding, as of 1 − 0.9, does not decide between a rate and a count.</summary>
    private const double RateTolerance = 1e-9;

    /// <summary>Squared distances to the nearest class, ascending.</summary>
    private readonly double[] _distances;
    /// <summary>1 minus the probability of the right class, ascending.</summary>
    private readonly double[] _improbabilities;

    private PrototypeCalibration(double[] cosines, int[] labels, double[] distances, int classes)
    {
        Temperature = DefaultTemperature;
        if (labels.Length > 0 && classes > 1)
        {
            double found = Math.Log(Calibration.FindTemperature(cosines, labels, classes));
            Temperature = Math.Exp(((labels.Length * found) + (DefaultWeight * Math.Log(DefaultTemperature))) / (labels.Length + DefaultWeight));
        }

        _distances = distances;
        _improbabilities = [.. labels.Select((label, i) => 1 - Probabilities(cosines.AsSpan(i * classes, classes))[label])];
        Array.Sort(_distances);
        Array.Sort(_improbabilities);
    }

    /// <summary>What cosines are divided by before the softmax.</summary>
    public double Temperature { get; }

    /// <summary>Learns from images that the space did not learn from.</summary>
    public static PrototypeCalibration FromHeldOut(PrototypeSpace space, LabeledFeatures heldOut) =>
        Learn(space, heldOut, [.. Enumerable.Range(0, heldOut.Labels.Count)], (image, cosines) =>
            space.Compare(heldOut.Vectors.AsSpan(image * space.Width, space.Width), cosines.Span));

    /// <summary>Learns from the space's own examples. Each one whose class has another one is compared with classes made without it.</summary>
    public static PrototypeCalibration FromExamples(PrototypeSpace space, LabeledFeatures examples)
    {
        var counts = examples.Labels.CountBy(label => label).ToDictionary();
        double[] squares = space.MeanSquares();
        int[] images = [.. Enumerable.Range(0, examples.Labels.Count).Where(image => counts[examples.Labels[image]] > 1)];
        return Learn(space, examples, images, (image, cosines) => space.CompareLeftOut(
            examples.Vectors.AsSpan(image * space.Width, space.Width), examples.Labels[image], squares, cosines.Span));
    }

    /// <summary>The classes' probabilities, [C].</summary>
    public double[] Probabilities(ReadOnlySpan<double> cosines)
    {
        double[] probabilities = new double[cosines.Length];
        TensorPrimitives.Subtract(cosines, TensorPrimitives.Max(cosines), probabilities);
        TensorPrimitives.Divide(probabilities, Temperature, probabilities);
        TensorPrimitives.SoftMax(probabilities, probabilities);
        return probabilities;
    }

    /// <summary>The conformal p-value of an image's squared distance: the share of images of known classes that are at least as far.</summary>
    public double Typicality(double distance) => AtLeast(_distances, distance);

    /// <summary>Whether images are so rarely this far from all classes.</summary>
    public static bool IsUnknown(double typicality, double rate) => typicality <= rate + RateTolerance;

    /// <summary>Whether a class belongs to the set that holds the right class with a probability of <paramref name="coverage"/>.</summary>
    public bool IsInSet(double probability, double coverage) => AtLeast(_improbabilities, 1 - probability) > 1 - coverage + RateTolerance;

    private static PrototypeCalibration Learn(PrototypeSpace space, LabeledFeatures from, int[] images, Func<int, Memory<double>, double> compare)
    {
        if (images.Length > MostImages)
            images = [.. Enumerable.Range(0, MostImages).Select(i => images[(int)((long)i * images.Length / MostImages)])];

        double[] cosines = new double[images.Length * space.Classes];
        double[] distances = new double[images.Length];
        Parallel.For(0, images.Length, i => distances[i] = compare(images[i], cosines.AsMemory(i * space.Classes, space.Classes)));
        return new PrototypeCalibration(cosines, [.. images.Select(image => from.Labels[image])], distances, space.Classes);
    }

    /// <summary>The share of numbers that are at least a value, with the value itself counted among them.</summary>
    private static double AtLeast(double[] ascending, double value)
    {
        int below = ascending.AsSpan().BinarySearch(new LowerBound(value));
        return (ascending.Length - ~below + 1.0) / (ascending.Length + 1);
    }

    /// <summary>Compares as if equal numbers were larger, so that a search ends at the first number that is not below.</summary>
    private readonly struct LowerBound(double value) : IComparable<double>
    {
        private readonly double _value = value;

        public int CompareTo(double other) => _value <= other ? -1 : 1;
    }
}
