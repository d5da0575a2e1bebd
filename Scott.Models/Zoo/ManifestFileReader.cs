using Scott.Models.Downloads;
using Scott.Models.Weights;

namespace Scott.Models.Zoo;

/// <summary>Reads the files of a manifest's model.</summary>
internal static class ManifestFileReader
{
    private const int Sha256Digits = 64;

    public static List<ManifestFile> ReadAll(ManifestNode node)
    {
        List<ManifestFile> files = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ManifestNode fileNode in node.Objects("files"))
        {
            ManifestFile file = Read(fileNode);
            if (!names.Add(file.Name))
            {
                fileNode.Fault("name", $"is '{Quoted.Value(file.Name)}', which another file of the model is called too; expected another.");
            }

            files.Add(file);
        }

        int weights = files.Count(file => file.IsWeights);
        if (files.Count > 0 && weights != 1)
        {
            node.Fault("files", $"has {Plural.Of(weights, "name")} that end in {ManifestFile.WeightsExtension}; expected one, with the weights.");
        }

        return files;
    }

    private static ManifestFile Read(ManifestNode node)
    {
        string name = node.Name("name");
        if (name.EndsWith(PartFile.Ending, StringComparison.Ordinal) || name.EndsWith(PartFile.OriginEnding, StringComparison.Ordinal))
        {
            node.Fault("name", $"is '{Quoted.Value(name)}'; names that end in {PartFile.Ending} or {PartFile.OriginEnding} are kept for unfinished downloads.");
        }

        string sha256 = node.Text("sha256");
        if (sha256.Length > 0 && (sha256.Length != Sha256Digits || !sha256.All(char.IsAsciiHexDigitLower)))
        {
            node.Fault("sha256", $"is '{Quoted.Value(sha256)}'; expected {Sha256Digits} lower-case hexadecimal digits.");
        }

        bool isWeights = name.EndsWith(ManifestFile.WeightsExtension, StringComparison.Ordinal);
        string? dtype = isWeights ? node.Text("dtype") : node.OptionalText("dtype");
        if (dtype is { Length: > 0 } && !(TensorDTypes.TryParse(dtype, out TensorDType parsed) && parsed.IsModelWeight()))
        {
            node.Fault("dtype", $"is '{Quoted.Value(dtype)}'; expected F32, F16 or BF16.");
        }

        return new ManifestFile(name, node.Count("bytes"), sha256, dtype);
    }
}
