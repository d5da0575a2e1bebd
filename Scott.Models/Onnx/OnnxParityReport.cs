namespace Scott.Models.Onnx;

/// <summary>How much the outputs of an ONNX graph differ from the reference.</summary>
/// <param name="Reference">The reference, as text for people.</param>
/// <param name="Outputs">One entry for each output compared.</param>
public sealed record OnnxParityReport(string Reference, IReadOnlyList<OnnxOutputParity> Outputs)
{
    /// <summary>The largest absolute difference of one number, over all outputs.</summary>
    public double MaximumDifference => Outputs.Max(output => output.MaximumDifference);

    /// <summary>The smallest cosine similarity of any image's output, over all outputs except a classifier's probabilities.</summary>
    public double MinimumCosine => Outputs.Where(HasDirection).Min(output => output.MinimumCosine);

    /// <inheritdoc/>
    public override string ToString() => $"against {Reference}: " + string.Join("; ", Outputs.Select(output => string.Create(
        CultureInfo.InvariantCulture,
        $"{output.Output} differs by at most {output.MaximumDifference:E2}, cosine at least {output.MinimumCosine:F6}")));

    internal bool IsWithin(double maximumDifference, double minimumCosine) => Outputs.All(output =>
        output.MaximumDifference <= maximumDifference * Math.Max(1, output.LargestValue)
        && (output.MinimumCosine >= minimumCosine || !HasDirection(output)));

    private static bool HasDirection(OnnxOutputParity output) => output.Output != GraphNames.Probabilities;
}

/// <summary>How much one output differs from the reference.</summary>
/// <param name="Output">Its name.</param>
/// <param name="MaximumDifference">The largest absolute difference of one number.</param>
/// <param name="LargestValue">The largest absolute number of this output in the reference.</param>
/// <param name="MinimumCosine">The smallest cosine similarity of any image's output.</param>
public sealed record OnnxOutputParity(string Output, double MaximumDifference, double LargestValue, double MinimumCosine);
