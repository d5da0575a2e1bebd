using System.Numerics.Tensors;

namespace Scott.Models.Onnx;

/// <summary>How often the numbers of an activation occur. A bin holds the numbers with the same sign, exponent and first five bits behind.</summary>
internal sealed class ActivationHistogram
{
    private const int DroppedBits = 18;
    private const int Candidates = 60; // ranges, from all of the numbers down to a quarter of their range
    private const float CandidateStep = 0.75f / Candidates;

    private readonly long[] _counts = new long[1 << (32 - DroppedBits)];
    private float _minimum = float.PositiveInfinity;
    private float _maximum = float.NegativeInfinity;

    /// <summary>The range of all numbers.</summary>
    public ActivationRange Whole => new(_minimum, _maximum);

    /// <summary>The bins that hold numbers: the middle and the count of each.</summary>
    public IEnumerable<(float Value, long Count)> Bins => _counts.Index().Where(bin => bin.Item > 0).Select(bin => (
        BitConverter.UInt32BitsToSingle(((uint)bin.Index << DroppedBits) | (1u << (DroppedBits - 1))), bin.Item));

    /// <summary>Counts numbers; returns whether all are finite. If not, nothing is counted.</summary>
    public bool TryAdd(ReadOnlySpan<float> values)
    {
        (float minimum, float maximum) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        if (!float.IsFinite(minimum) || !float.IsFinite(maximum))
            return false;

        (_minimum, _maximum) = (Math.Min(_minimum, minimum), Math.Max(_maximum, maximum));
        foreach (float value in values)
            _counts[BitConverter.SingleToUInt32Bits(value) >> DroppedBits]++;

        return true;
    }

    /// <summary>The part of the range of all numbers whose 256 steps have the least squared error: of rounding inside, of clipping outside.</summary>
    public ActivationRange LeastSquares()
    {
        (float Value, long Count)[] bins = [.. Bins];
        return Enumerable.Range(0, Candidates + 1)
            .Select(i => 1 - (i * CandidateStep))
            .Select(part => new ActivationRange(Math.Min(0, _minimum) * part, Math.Max(0, _maximum) * part))
            .MinBy(range => bins.Sum(bin => bin.Count * SquaredError(range, bin.Value)));
    }

    private static double SquaredError(ActivationRange range, double value)
    {
        double clipped = Math.Max(range.Minimum - value, value - range.Maximum);
        return clipped > 0 ? clipped * clipped : range.Scale * (double)range.Scale / 12;
    }
}
