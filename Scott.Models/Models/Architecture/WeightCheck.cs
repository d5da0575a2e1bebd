using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Compares weights with a layout before anything is loaded.</summary>
internal static class WeightCheck
{
    /// <summary>Passes if names and shapes are exactly the layout's and every element type is one a model takes.</summary>
    /// <param name="source">What the weights are, for the error's text.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="layout">What is needed.</param>
    /// <exception cref="WeightMismatchException">They are not; it lists every difference.</exception>
    public static void Require(string source, WeightSet weights, IReadOnlyList<WeightSpec> layout)
    {
        List<string> missing = [];
        List<string> mismatched = [];
        foreach (WeightSpec spec in layout)
        {
            if (!weights.TryGet(spec.Name, out WeightTensor? tensor))
            {
                missing.Add(spec.Name);
            }
            else if (!tensor.Shape.SequenceEqual(spec.Shape))
            {
                mismatched.Add($"{spec.Name} {WeightTensor.Describe(tensor.Shape)}, expected {WeightTensor.Describe(spec.Shape)}");
            }
            else if (!tensor.DType.IsModelWeight())
            {
                mismatched.Add($"{spec.Name} {tensor.DType}, expected Float32, Float16 or BFloat16");
            }
        }

        var known = layout.Select(spec => spec.Name).ToHashSet(StringComparer.Ordinal);
        string[] unexpected = [.. weights.Names.Where(name => !known.Contains(name))];
        if (missing.Count + mismatched.Count + unexpected.Length > 0)
        {
            throw new WeightMismatchException(source, missing, unexpected, mismatched);
        }
    }
}
