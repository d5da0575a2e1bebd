using System.Numerics.Tensors;

namespace Scott.Models.Onnx;

/// <summary>How often the numbers of an activation occur. A bin holds the numbers with the same sign, exponent and first five bits behind.</summary>
internal sealed class ActivationHistogram
{
    private const int DroppedBits = 18;
    private const int Candidates = 60; // ranges, from all of the numbers down to a quarter of their range
    private const float CandidateStep = 0.75f / Candidates;

    private readonly long[] _counts = new long[1 << (32 - DroppedBits)];
    private readonly double[] _sums = new double[1 << (32 - DroppedBits)];
    private float _minimum = float.PositiveInfinity;
    private float _maximum = float.NegativeInfinity;

    /// <summary>The range of all numbers.</summary>
    public ActivationRange Whole => new(_minimum, _maximum);

    /// <summary>The bins that hold numbers.</summary>
    public IEnumerable<ActivationBin> Bins => _counts.Index().Where(bin => bin.Item > 0).Select(bin =>
    {
        uint first = (uint)bin.Index << DroppedBits;
        float last = BitConverter.UInt32BitsToSingle(first | ((1u << DroppedBits) - 1));
        float width = Math.Abs(last - BitConverter.UInt32BitsToSingle(first));
        return new ActivationBin((float)(_sums[bin.Index] / bin.Item), width, bin.Item);
    });

    /// <summary>Counts numbers; returns whether all are finite. If not, nothing is counted.</summary>
    public bool TryAdd(ReadOnlySpan<float> values)
    {
        (float minimum, float maximum) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        if (!float.IsFinite(minimum) || !float.IsFinite(maximum))
            return false;

        (_minimum, _maximum) = (Math.Min(_minimum, minimum), Math.Max(_maximum, maximum));
        foreach (float value in values)
        {
            uint bin = BitConverter.SingleToUInt32Bits(value) >> DroppedBits;
            _counts[bin]++;
            _sums[bin] += value;
        }

        return true;
    }

    /// <summary>The part of the range of all numbers whose 256 steps have the least squared error: of rounding inside, of clipping outside.</summary>
    public ActivationRange LeastSquares()
    {
        ActivationBin[] bins = [.. Bins];
        return Enumerable.Range(0, Candidates + 1)
            .Select(i => 1 - (i * CandidateStep))
            .Select(part => new ActivationRange(Math.Min(0, _minimum) * part, Math.Max(0, _maximum) * part))
            .MinBy(range => bins.Sum(bin => bin.Count * SquaredError(range, bin)));
    }

    /// <summary>The mean squared error of a bin's numbers. Those of a bin that is finer than a step are taken for their mean: the many numbers near 0
    /// behind a ReLU lose next to nothing. Those of a wider bin lie anywhere between two steps.</summary>
    private static double SquaredError(ActivationRange range, ActivationBin bin)
    {
        double scale = range.Scale;
        double step = Math.Clamp(Math.Round(bin.Value / scale) + range.ZeroPoint, 0, byte.MaxValue) - range.ZeroPoint;
        double error = Math.Abs(bin.Value - (step * scale));
        return bin.Width < scale || error > scale / 2 ? error * error : scale * scale / 12;
    }
}

/// <summary>The numbers in a bin: their mean, how wide the bin is, and how many they are.</summary>
internal readonly record struct ActivationBin(float Value, float Width, long Count);
