using Scott.Models.Weights;

namespace Scott.Models.Zoo;

/// <summary>Compares the sizes that a manifest states with those that follow from the model's architecture.</summary>
internal static class ManifestSizes
{
    /// <summary>Before its header's text, a safetensors file has the text's length.</summary>
    private const int LengthBytes = 8;

    private const int LargestElementBytes = 4;

    /// <param name="node">The model.</param>
    /// <param name="architecture">Its architecture, which is legal.</param>
    /// <param name="parameters">The number of parameters stated, or 0 if none that is legal.</param>
    /// <param name="files">The files stated.</param>
    public static void Check(ManifestNode node, ScottArchitecture architecture, long parameters, IReadOnlyList<ManifestFile> files)
    {
        IReadOnlyList<WeightSpec> layout = BackboneLayout.Backbone(architecture);
        long trained = layout.Where(spec => spec.IsTrained).Sum(spec => (long)spec.ElementCount);
        if (parameters > 0 && parameters != trained)
        {
            node.Fault("parameters", FormattableString.Invariant($"is {parameters}; expected {trained}, which the architecture has."));
        }

        for (int i = 0; i < files.Count; i++)
        {
            if (files[i] is { IsWeights: true, Bytes: > 0, DType: { } name } file
                && TensorDTypes.TryParse(name, out TensorDType dtype)
                && dtype.IsModelWeight())
            {
                // The position table is not trained; a file can hold it in another type.
                long least = LengthBytes + (trained * dtype.ElementBytes());
                long most = LengthBytes + SafetensorsHeader.MaximumBytes + (layout.Sum(spec => (long)spec.ElementCount) * LargestElementBytes);
                if (file.Bytes < least || file.Bytes > most)
                {
                    node.Fault(
                        FormattableString.Invariant($"files[{i}].bytes"),
                        FormattableString.Invariant($"is {file.Bytes}; expected {least} to {most} for {trained} parameters in {name}."));
                }
            }
        }
    }
}
