using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>A space in which the examples of each class spread alike in all directions, and the mean of each class in it. Immutable.</summary>
/// <remarks>
/// Vectors are scaled to length 1, the mean of all examples is subtracted (Wang et al., "SimpleShot", 2019), and they are whitened by the
/// covariance within the classes, as in linear discriminant analysis. A few examples cannot give that covariance, so it is mixed with the covariance
/// of all M examples, which counts as much as <see cref="TotalWeight"/> examples, and then shrunk toward a multiple of the identity (Ledoit and
/// Wolf, 2004) by the share D / (D + 2·M), at least <see cref="LeastShrinkage"/>.
/// </remarks>
internal sealed class PrototypeSpace
{
    private const double LeastShrinkage = 0.05;
    private const double TotalWeight = 5;
    /// <summary>Less variance per dimension than this is rounding: the vectors have length 1.</summary>
    private const double LeastVariance = 1e-12;

    private readonly double[] _center;
    /// <summary>[D, D]: L of the covariance L·Lᵀ.</summary>
    private readonly double[] _factor;
    /// <summary>[C, D]</summary>
    private readonly double[] _means;
    private readonly int[] _counts;
    private readonly int _count;
    /// <summary>How much of the covariance one example's outer product is.</summary>
    private readonly double _share;

    /// <param name="examples">At least one image of each class.</param>
    /// <param name="classes">The number of classes.</param>
    public PrototypeSpace(LabeledFeatures examples, int classes)
    {
        (Classes, Width, _counts) = (classes, examples.Width, new int[classes]);
        foreach (int label in examples.Labels)
            _counts[label]++;

        int count = _count = examples.Labels.Count;
        float[] rows = new float[examples.Vectors.Length];
        for (int i = 0; i < count; i++)
            IndexRows.ScaleToUnit(examples.Vectors.AsSpan(i * Width, Width), rows.AsSpan(i * Width, Width));

        var columns = new FeatureColumns(rows, Width);
        _center = columns.Center();
        double[] total = columns.Products();
        _means = SubtractMeans(columns, examples.Labels);
        _factor = columns.Products();
        double degrees = count - classes + TotalWeight;
        TensorPrimitives.Multiply(total, count > 1 ? TotalWeight / (count - 1) : 0, total);
        TensorPrimitives.Add(_factor, total, _factor);
        _share = Shrink(_factor, degrees, (double)Width / (Width + (2 * count)));
        SymmetricMatrix.Factor(_factor, Width);
        Parallel.For(0, classes, label => SymmetricMatrix.SolveLower(_factor, _means.AsSpan(label * Width, Width)));
    }

    public int Classes { get; }

    public int Width { get; }

    /// <summary>Compares a vector with each class: the cosine in this space, −1 to 1.</summary>
    /// <param name="vector">D numbers.</param>
    /// <param name="cosines">Receives [C].</param>
    /// <returns>The squared distance to the nearest mean.</returns>
    public double Compare(ReadOnlySpan<float> vector, Span<double> cosines)
    {
        double[] point = Whiten(vector);
        double square = TensorPrimitives.SumOfSquares<double>(point);
        double nearest = double.PositiveInfinity;
        for (int label = 0; label < Classes; label++)
        {
            ReadOnlySpan<double> mean = Mean(label);
            double meanSquare = TensorPrimitives.SumOfSquares(mean);
            double product = TensorPrimitives.Dot(point, mean);
            cosines[label] = Cosine(product, square, meanSquare);
            nearest = Math.Min(nearest, square - (2 * product) + meanSquare);
        }

        return nearest;
    }

    /// <summary>The product of each mean with itself, [C].</summary>
    public double[] MeanSquares() => [.. Enumerable.Range(0, Classes).Select(label => TensorPrimitives.SumOfSquares(Mean(label)))];

    /// <summary>Compares an example as if it had not been among the examples. Its class must have another one.</summary>
    /// <param name="vector">The example, D numbers.</param>
    /// <param name="label">Its class.</param>
    /// <param name="meanSquares">What <see cref="MeanSquares"/> returns.</param>
    /// <param name="cosines">Receives [C].</param>
    /// <returns>The squared distance to the nearest mean.</returns>
    /// <remarks>
    /// Without the example its class has the mean m − d / (n − 1), where d is the example minus m, and the covariance lacks multiples of d·dᵀ and of
    /// u·uᵀ, where u is the example minus the center. The formula of Sherman, Morrison and Woodbury gives the effect on all products. Shrinkage and
    /// degrees of freedom stay as they are.
    /// </remarks>
    public double CompareLeftOut(ReadOnlySpan<float> vector, int label, ReadOnlySpan<double> meanSquares, Span<double> cosines)
    {
        double[] point = Whiten(vector);
        (double others, double shift) = (_counts[label] - 1, 1.0 / (_count - 1)); // all means move by shift · point, against the center
        double square = TensorPrimitives.SumOfSquares<double>(point);
        double own = TensorPrimitives.Dot<double>(point, Mean(label));
        double ownSquare = meanSquares[label];
        double distance = Math.Max(0, square - (2 * own) + ownSquare);
        double along = square - own;
        var removal = new Removal(
            Math.Sqrt(_share * _counts[label] / others), Math.Sqrt(_share * TotalWeight * _count * shift * shift), distance, along, square);
        double newSquare = square + removal.Effect(along, square, along, square);
        double nearest = double.PositiveInfinity;
        for (int other = 0; other < Classes; other++)
        {
            double product = other == label ? own : TensorPrimitives.Dot<double>(point, Mean(other));
            double meanSquare = meanSquares[other];
            double across = product - (other == label ? ownSquare : TensorPrimitives.Dot(Mean(label), Mean(other)));
            if (other == label)
            {
                product -= along / others;
                meanSquare += (distance / (others * others)) - (2 * across / others);
                across -= distance / others;
            }

            meanSquare += removal.Effect(across, product, across, product);
            product += removal.Effect(along, square, across, product);
            nearest = Math.Min(nearest, newSquare - (2 * product) + meanSquare);
            cosines[other] = Cosine(
                product + (shift * newSquare), newSquare, meanSquare + (2 * shift * product) + (shift * shift * newSquare));
        }

        return nearest;
    }

    private static double Cosine(double product, double square, double otherSquare)
    {
        double lengths = Math.Sqrt(Math.Max(0, square) * Math.Max(0, otherSquare));
        return lengths > LeastVariance ? Math.Clamp(product / lengths, -1, 1) : 0;
    }

    private ReadOnlySpan<double> Mean(int label) => _means.AsSpan(label * Width, Width);

    private double[] Whiten(ReadOnlySpan<float> vector)
    {
        float[] unit = new float[Width];
        IndexRows.ScaleToUnit(vector, unit);
        double[] point = new double[Width];
        TensorPrimitives.ConvertTruncating<float, double>(unit, point);
        TensorPrimitives.Subtract(point, _center, point);
        SymmetricMatrix.SolveLower(_factor, point);
        return point;
    }

    /// <summary>Subtracts from each image the mean of its class, and returns the means, [C, D].</summary>
    private double[] SubtractMeans(FeatureColumns columns, IReadOnlyList<int> labels)
    {
        double[] means = new double[Classes * Width];
        Parallel.For(0, Width, i =>
        {
            Span<double> column = columns[i];
            for (int image = 0; image < column.Length; image++)
                means[(labels[image] * Width) + i] += column[image];

            for (int label = 0; label < Classes; label++)
                means[(label * Width) + i] /= _counts[label];

            for (int image = 0; image < column.Length; image++)
                column[image] -= means[(labels[image] * Width) + i];
        });
        return means;
    }

    /// <summary>Turns summed products into a covariance that is shrunk toward the identity; the identity if nothing varies.</summary>
    /// <returns>The factor of one product in it.</returns>
    private double Shrink(Span<double> products, double degrees, double shrinkage)
    {
        double trace = 0;
        for (int i = 0; i < Width; i++)
            trace += products[(i * Width) + i];

        double variance = trace / degrees / Width;
        bool varies = variance >= LeastVariance;
        shrinkage = varies ? Math.Max(shrinkage, LeastShrinkage) : 1;
        double share = (1 - shrinkage) / degrees;
        TensorPrimitives.Multiply(products, share, products);
        for (int i = 0; i < Width; i++)
            products[(i * Width) + i] += shrinkage * (varies ? variance : 1);

        return share;
    }

    /// <summary>What it does to products that the covariance loses d·dᵀ and u·uᵀ, each times the square of a weight.</summary>
    private readonly struct Removal(double weight, double totalWeight, double distance, double along, double square)
    {
        private readonly double _determinant = Math.Max(
            ((1 - (weight * weight * distance)) * (1 - (totalWeight * totalWeight * square))) - Math.Pow(weight * totalWeight * along, 2),
            LeastVariance);

        /// <summary>What is added to the product of two vectors, each given by its products with d and with u.</summary>
        public double Effect(double firstD, double firstU, double secondD, double secondU)
        {
            (double a, double b) = (weight * firstD, totalWeight * firstU);
            (double c, double d) = (weight * secondD, totalWeight * secondU);
            double cross = weight * totalWeight * along;
            return ((a * c * (1 - (totalWeight * totalWeight * square))) + (((a * d) + (b * c)) * cross)
                + (b * d * (1 - (weight * weight * distance)))) / _determinant;
        }
    }
}
