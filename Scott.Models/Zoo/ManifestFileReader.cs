using Scott.Models.Downloads;
using Scott.Models.Weights;

namespace Scott.Models.Zoo;

/// <summary>Reads the files of a manifest's model.</summary>
internal static class ManifestFileReader
{
    private const int Sha256Digits = 64;
    /// <summary>The bytes of the length at the start of a safetensors file.</summary>
    private const int LengthBytes = 8;

    private const int LargestElementBytes = 4;

    public static List<ManifestFile> ReadAll(ManifestNode node)
    {
        List<ManifestFile> files = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ManifestNode fileNode in node.Objects("files"))
        {
            ManifestFile file = Read(fileNode);
            if (!names.Add(file.Name))
                fileNode.Fault("name", $"is '{Quoted.Value(file.Name)}', which is another file's name too; expected another.");

            files.Add(file);
        }

        int weights = files.Count(file => file.IsWeights);
        if (files.Count > 0 && weights != 1)
            node.Fault("files", $"has {Plural.Of(weights, "name")} that end in {ManifestFile.WeightsExtension}; expected one, with the weights.");

        return files;
    }

    /// <summary>Compares the stated sizes with the sizes that follow from the architecture, which must be legal.</summary>
    public static void CheckSizes(ManifestNode node, ScottArchitecture architecture, long parameters, IReadOnlyList<ManifestFile> files)
    {
        IReadOnlyList<WeightSpec> layout = BackboneLayout.Backbone(architecture);
        long trained = layout.Where(spec => spec.IsTrained).Sum(spec => (long)spec.ElementCount);
        if (parameters > 0 && parameters != trained)
            node.Fault("parameters", FormattableString.Invariant($"is {parameters}; expected {trained}, which the architecture has."));

        for (int i = 0; i < files.Count; i++)
        {
            if (files[i] is { IsWeights: true, Bytes: > 0 and long bytes, DType: { } name } && WeightType(name) is { } dtype)
            {
                // The position table is not trained; a file can hold it in another type.
                long least = LengthBytes + (trained * dtype.ElementBytes());
                long most = LengthBytes + SafetensorsHeader.MaximumBytes + (layout.Sum(spec => (long)spec.ElementCount) * LargestElementBytes);
                if (bytes < least || bytes > most)
                {
                    node.Fault(
                        FormattableString.Invariant($"files[{i}].bytes"),
                        FormattableString.Invariant($"is {bytes}; expected {least} to {most} for {trained} parameters in {name}."));
                }
            }
        }
    }

    private static ManifestFile Read(ManifestNode node)
    {
        string name = node.Name("name");
        if (name.EndsWith(PartFile.Ending, StringComparison.Ordinal) || name.EndsWith(PartFile.OriginEnding, StringComparison.Ordinal))
        {
            string reserved = $"names that end in {PartFile.Ending} or {PartFile.OriginEnding} are kept for unfinished downloads";
            node.Fault("name", $"is '{Quoted.Value(name)}'; {reserved}.");
        }

        string sha256 = node.Text("sha256");
        if (sha256.Length > 0 && (sha256.Length != Sha256Digits || !sha256.All(char.IsAsciiHexDigitLower)))
            node.Fault("sha256", $"is '{Quoted.Value(sha256)}'; expected {Sha256Digits} lower-case hexadecimal digits.");

        bool isWeights = name.EndsWith(ManifestFile.WeightsExtension, StringComparison.Ordinal);
        string? dtype = isWeights ? node.Text("dtype") : node.OptionalText("dtype");
        if (dtype is { Length: > 0 } && WeightType(dtype) is null)
            node.Fault("dtype", $"is '{Quoted.Value(dtype)}'; expected F32, F16 or BF16.");

        return new ManifestFile(name, node.Count("bytes"), sha256, dtype);
    }

    private static TensorDType? WeightType(string name) => TensorDTypes.TryParse(name, out TensorDType dtype) && dtype.IsModelWeight() ? dtype : null;
}
