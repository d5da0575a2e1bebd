namespace Scott.Models.Onnx;

/// <summary>How far one output is from what it should be.</summary>
/// <param name="Output">Its name.</param>
/// <param name="MaximumDifference">The largest absolute difference of one number.</param>
/// <param name="LargestValue">The largest absolute number of the output as it should be.</param>
/// <param name="MinimumCosine">The smallest cosine similarity of any image's output.</param>
public sealed record OnnxOutputParity(string Output, double MaximumDifference, double LargestValue, double MinimumCosine);
