using System.Globalization;
using Scott.Models.Configuration;
using Scott.Models.Weights;

namespace Scott.Models.Zoo;

/// <summary>Reads one model of a manifest.</summary>
internal static class ManifestModelReader
{
    private const int Sha256Digits = 64;
    private const string PartEnding = ".part";

    /// <returns>The model, or <see langword="null"/> if a part that every model needs is wrong; other faults may have been noted all the same.</returns>
    public static ManifestModel? Read(ManifestNode node)
    {
        (string id, string revision) = (Name(node, "id"), Name(node, "revision"));
        ScottArchitecture? architecture = node.Configuration("architecture", ManifestJsonContext.Default.ScottArchitecture, value => value.Validate());
        PreprocessingSpec? preprocessing = node.Configuration("preprocessing", ManifestJsonContext.Default.PreprocessingSpec, value => value.Validate());
        long parameters = node.Count("parameters");
        List<ManifestFile> files = ReadFiles(node);
        List<ManifestSource> sources = [.. node.Objects("sources").Select(ReadSource).OfType<ManifestSource>()];
        Func<string, string?> provenance = files.Count > 0 ? node.Text : node.OptionalText;
        if (files.Count > 0 && sources.Count == 0)
        {
            node.Fault("sources", "names no place; expected at least one for a model with files.");
        }

        if (architecture is not null && preprocessing is not null && preprocessing.ImagePixels != architecture.ImagePixels)
        {
            node.Fault("preprocessing.imagePixels", $"is {preprocessing.ImagePixels}; expected the architecture's, {architecture.ImagePixels}.");
        }

        string? license = provenance("license");
        string? trainingData = provenance("trainingData");
        string? trainingDataLicense = provenance("trainingDataLicense");
        string? recipe = provenance("recipe");
        string? command = provenance("command");
        Version? minimum = ReadVersion(node, provenance("minimumPackageVersion"));
        List<ManifestMetric> metrics = [.. node.Objects("metrics").Select(ReadMetric)];
        string? deprecation = node.OptionalText("deprecation");
        if (architecture is null || preprocessing is null)
        {
            return null;
        }

        return new ManifestModel
        {
            Id = id,
            Revision = revision,
            Architecture = architecture,
            Preprocessing = preprocessing,
            Parameters = parameters,
            Files = files,
            Sources = sources,
            License = license,
            TrainingData = trainingData,
            TrainingDataLicense = trainingDataLicense,
            Recipe = recipe,
            Command = command,
            MinimumPackageVersion = minimum,
            Metrics = metrics,
            Deprecation = deprecation,
        };
    }

    private static string Name(ManifestNode node, string member)
    {
        string name = node.Text(member);
        if (name.Length > 0 && !SafeName.IsSafe(name))
        {
            node.Fault(member, $"is '{name}'; expected {SafeName.Expected}.");
        }

        return name;
    }

    private static List<ManifestFile> ReadFiles(ManifestNode node)
    {
        List<ManifestFile> files = [];
        foreach (ManifestNode fileNode in node.Objects("files"))
        {
            ManifestFile file = ReadFile(fileNode);
            if (files.Any(other => other.Name == file.Name))
            {
                fileNode.Fault("name", $"is '{file.Name}', which another file of the model is called too; expected another.");
            }

            files.Add(file);
        }

        int weights = files.Count(file => file.IsWeights);
        if (files.Count > 0 && weights != 1)
        {
            node.Fault("files", $"has {weights} names that end in {ManifestFile.WeightsExtension}; expected one, with the weights.");
        }

        return files;
    }

    private static ManifestFile ReadFile(ManifestNode node)
    {
        string name = Name(node, "name");
        if (name.EndsWith(PartEnding, StringComparison.Ordinal) || name.EndsWith(PartEnding + ".json", StringComparison.Ordinal))
        {
            node.Fault("name", $"is '{name}'; names that end in {PartEnding} or {PartEnding}.json are kept for unfinished downloads.");
        }

        string sha256 = node.Text("sha256");
        if (sha256.Length > 0 && (sha256.Length != Sha256Digits || !sha256.All(char.IsAsciiHexDigitLower)))
        {
            node.Fault("sha256", $"is '{sha256}'; expected {Sha256Digits} lower-case hexadecimal digits.");
        }

        bool isWeights = name.EndsWith(ManifestFile.WeightsExtension, StringComparison.Ordinal);
        string? dtype = isWeights ? node.Text("dtype") : node.OptionalText("dtype");
        if (dtype is { Length: > 0 } && !(TensorDTypes.TryParse(dtype, out TensorDType parsed) && parsed.IsModelWeight()))
        {
            node.Fault("dtype", $"is '{dtype}'; expected F32, F16 or BF16.");
        }

        return new ManifestFile(name, node.Count("bytes"), sha256, dtype);
    }

    private static ManifestSource? ReadSource(ManifestNode node)
    {
        switch (node.Text("kind"))
        {
            case "embedded":
                return new ManifestSource(ManifestSourceKind.Embedded, string.Empty);
            case "relative":
                string folder = node.OptionalText("address") ?? string.Empty;
                if (!ZooAddress.IsRelativeFolder(folder))
                {
                    node.Fault("address", $"is '{folder}'; expected a folder below the manifest's, such as 'weights/', each part {SafeName.Expected}.");
                }

                return new ManifestSource(ManifestSourceKind.Relative, folder);
            case "mirror":
                return ReadMirror(node, node.Text("address"));
            case { Length: > 0 } other:
                node.Fault("kind", $"is '{other}'; expected embedded, relative or mirror.");
                return null;
            default:
                return null;
        }
    }

    private static ManifestSource ReadMirror(ManifestNode node, string address)
    {
        bool isLegal = Uri.TryCreate(address, UriKind.Absolute, out Uri? parsed)
            && ZooAddress.IsAllowed(parsed)
            && parsed.AbsolutePath.EndsWith('/')
            && parsed.Query.Length == 0
            && parsed.Fragment.Length == 0;
        if (address.Length > 0 && !isLegal)
        {
            node.Fault("address", $"is '{address}'; expected {ZooAddress.Expected}, without user, query or fragment, that ends in '/'.");
        }

        return new ManifestSource(ManifestSourceKind.Mirror, address);
    }

    private static ManifestMetric ReadMetric(ManifestNode node)
    {
        string name = node.Text("name");
        double? value = node.OptionalNumber("value");
        if (!node.Has("value"))
        {
            node.Fault("value", "is missing; expected a number.");
        }

        double? deviation = node.OptionalNumber("standardDeviation");
        if (deviation < 0)
        {
            node.Fault("standardDeviation", string.Create(CultureInfo.InvariantCulture, $"is {deviation}; expected at least 0."));
        }

        return new ManifestMetric(name, value ?? 0, deviation, node.Text("command"));
    }

    private static Version? ReadVersion(ManifestNode node, string? text)
    {
        if (text is not { Length: > 0 })
        {
            return null;
        }

        if (Version.TryParse(text, out Version? version) && version is { Build: >= 0, Revision: < 0 })
        {
            return version;
        }

        node.Fault("minimumPackageVersion", $"is '{text}'; expected three numbers such as 0.1.0.");
        return null;
    }
}
