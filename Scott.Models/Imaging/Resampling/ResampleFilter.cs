namespace Scott.Models.Imaging;

/// <summary>For each wanted pixel of a resized axis: its source pixels and their weights, which sum to 1.</summary>
/// <remarks>Follows Pillow 9.4, <c>src/libImaging/Resample.c</c>, <c>precompute_coeffs</c>, down to the order of the double arithmetic.</remarks>
internal readonly struct ResampleFilter
{
    private readonly ResampleAxis _axis;
    private readonly double _scale;
    private readonly double _filterScale;
    private readonly double _support;

    public ResampleFilter(ResampleAxis axis)
    {
        _axis = axis;
        _scale = (double)(axis.End - axis.Start) / axis.Length;
        _filterScale = Math.Max(_scale, 1.0);
        _support = Support(axis.Interpolation) * _filterScale;
        MostTaps = (int)Math.Min(((long)Math.Ceiling(_support) * 2) + 1, axis.SourceLength);
    }

    /// <summary>The most weights that a pixel has.</summary>
    public int MostTaps { get; }

    /// <summary>The source pixels from the first that any wanted pixel needs to the last.</summary>
    public int SourceCount => Source(_axis.Count - 1).End - Source(0).Start;

    /// <summary>Writes the weights of a wanted pixel. Returns its first source pixel and how many there are.</summary>
    public (int Start, int Count) Fill(int pixel, Span<double> weights)
    {
        (double center, int start, int end) = Source(pixel);
        FillWeights(_axis.Interpolation, start, center, 1.0 / _filterScale, weights[..(end - start)]);
        return (start, end - start);
    }

    private (double Center, int Start, int End) Source(int pixel)
    {
        double center = _axis.Start + ((_axis.First + pixel + 0.5) * _scale);
        return (center, Math.Max(0, (int)(center - _support + 0.5)), Math.Min(_axis.SourceLength, (int)(center + _support + 0.5)));
    }

    private static double Support(Interpolation interpolation) => interpolation switch
    {
        Interpolation.Bilinear => 1,
        Interpolation.Bicubic => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "Expected Bilinear or Bicubic."),
    };

    private static double Weight(Interpolation interpolation, double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return interpolation switch
        {
            Interpolation.Bilinear => x < 1 ? 1 - x : 0,
            _ when x < 1 => ((((A + 2) * x) - (A + 3)) * x * x) + 1,
            _ when x < 2 => ((((x - 5) * x) + 8) * x - 4) * A,
            _ => 0,
        };
    }

    private static void FillWeights(Interpolation interpolation, int start, double center, double inverseScale, Span<double> weights)
    {
        double sum = 0;
        for (int tap = 0; tap < weights.Length; tap++)
        {
            weights[tap] = Weight(interpolation, (tap + start - center + 0.5) * inverseScale);
            sum += weights[tap];
        }

        for (int tap = 0; sum != 0 && tap < weights.Length; tap++)
            weights[tap] /= sum;
    }
}
