using System.Globalization;

namespace Scott.Models.Onnx;

/// <summary>How far an ONNX graph is from the model it was made of.</summary>
/// <param name="Reference">What it was compared with, for people.</param>
/// <param name="Outputs">One entry for each output compared.</param>
public sealed record OnnxParityReport(string Reference, IReadOnlyList<OnnxOutputParity> Outputs)
{
    /// <summary>The largest absolute difference of one number, over all outputs.</summary>
    public double MaximumDifference => Outputs.Max(output => output.MaximumDifference);

    /// <summary>The smallest cosine similarity of any image's output, over all outputs but a classifier's probabilities, which are not judged by it.</summary>
    public double MinimumCosine => Outputs.Where(HasDirection).Min(output => output.MinimumCosine);

    /// <inheritdoc/>
    public override string ToString() => $"against {Reference}: " + string.Join("; ", Outputs.Select(output =>
        string.Create(CultureInfo.InvariantCulture, $"{output.Output} differs by at most {output.MaximumDifference:E2}, cosine at least {output.MinimumCosine:F6}")));

    internal bool IsWithin(double maximumDifference, double minimumCosine) => Outputs.All(output =>
        output.MaximumDifference <= maximumDifference * Math.Max(1, output.LargestValue)
        && (output.MinimumCosine >= minimumCosine || !HasDirection(output)));

    private static bool HasDirection(OnnxOutputParity output) => output.Output != GraphNames.Probabilities;
}
