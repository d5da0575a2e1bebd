using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>One tensor that an architecture needs: its state-dict name, its shape, its initial values, and whether training changes it.</summary>
internal sealed record WeightSpec(string Name, long[] Shape, WeightFill Fill, bool IsTrained = true)
{
    public int ElementCount { get; } = Shape.Aggregate(1, (product, size) => checked(product * (int)size));

    /// <summary>Checks that weights have exactly the names and shapes of a layout, and that a model can use their element types.</summary>
    /// <exception cref="WeightMismatchException">The weights of <paramref name="source"/> do not fit; the error lists every difference.</exception>
    public static void RequireFit(string source, WeightSet weights, IReadOnlyList<WeightSpec> layout)
    {
        List<string> missing = [];
        List<string> mismatched = [];
        foreach (WeightSpec spec in layout)
        {
            if (!weights.TryGet(spec.Name, out WeightTensor? tensor))
                missing.Add(spec.Name);
            else if (!tensor.Shape.SequenceEqual(spec.Shape))
                mismatched.Add($"{spec.Name} {WeightTensor.Describe(tensor.Shape)}, expected {WeightTensor.Describe(spec.Shape)}");
            else if (!tensor.DType.IsModelWeight())
                mismatched.Add($"{spec.Name} {tensor.DType}, expected Float32, Float16 or BFloat16");
        }

        string[] unexpected = [.. weights.Names.Except(layout.Select(spec => spec.Name), StringComparer.Ordinal)];
        if (missing.Count + mismatched.Count + unexpected.Length > 0)
            throw new WeightMismatchException(source, missing, unexpected, mismatched);
    }

    /// <summary>Makes the initial weights for a layout. The same seed gives the same weights on every machine.</summary>
    /// <remarks>
    /// Every tensor has its own random stream, so all are drawn in parallel. Layouts of networks that are trained together need streams of their own:
    /// otherwise tensors of the same name begin equal.
    /// </remarks>
    public static WeightSet Initialize(
        IReadOnlyList<WeightSpec> layout, long seed, string randomStreams = "") => new(layout.AsParallel().AsOrdered().Select(spec =>
    {
        float[] values = new float[spec.ElementCount];
        spec.Fill(new DeterministicRandom(unchecked((ulong)seed), randomStreams + spec.Name), values);
        return WeightTensor.Create(spec.Name, spec.Shape, values);
    }));

    /// <summary>A normalization's weight and bias.</summary>
    public static IEnumerable<WeightSpec> Norm(string name, int width) =>
    [
        new(name + ".weight", [width], WeightFills.Constant(1)),
        new(name + ".bias", [width], WeightFills.Constant(0)),
    ];

    /// <summary>A linear layer's weight and bias, with PyTorch's default initialization.</summary>
    public static IEnumerable<WeightSpec> Linear(string name, int inputs, int outputs) =>
    [
        new(name + ".weight", [outputs, inputs], WeightFills.Uniform(inputs)),
        new(name + ".bias", [outputs], WeightFills.Uniform(inputs)),
    ];
}

/// <summary>Writes the initial values of one tensor.</summary>
internal delegate void WeightFill(DeterministicRandom random, Span<float> destination);

/// <summary>The distributions of the reference's initial weights.</summary>
internal static class WeightFills
{
    public static WeightFill Constant(float value) => (_, destination) => destination.Fill(value);

    /// <summary>Normal with standard deviation √(2 / fan-in): Kaiming initialization for a layer before a ReLU (He et al., 2015).</summary>
    public static WeightFill KaimingNormal(int fanIn) => TruncatedNormal(Math.Sqrt(2.0 / fanIn), double.PositiveInfinity);

    /// <summary>Uniform within ±1/√fan-in: PyTorch's default for linear and convolution layers and their biases.</summary>
    public static WeightFill Uniform(int fanIn) => (random, destination) =>
    {
        double bound = 1 / Math.Sqrt(fanIn);
        foreach (ref float value in destination)
            value = (float)random.NextDouble(-bound, bound);
    };

    /// <summary>Normal with mean 0, values beyond ±<paramref name="cut"/> drawn again, then divided by <paramref name="divisor"/>.</summary>
    public static WeightFill TruncatedNormal(double standardDeviation, double cut = 2, double divisor = 1) => (random, destination) =>
    {
        foreach (ref float value in destination)
        {
            double drawn;
            do
                drawn = standardDeviation * random.NextNormal();
            while (Math.Abs(drawn) > cut);
            value = (float)(drawn / divisor);
        }
    };
}
