using System.Globalization;

namespace Scott.Models.Zoo;

/// <summary>Reads one model of a manifest.</summary>
internal static class ManifestModelReader
{
    /// <returns>The model, or <see langword="null"/> if a part that every model needs is wrong; other faults may have been noted all the same.</returns>
    public static ManifestModel? Read(ManifestNode node)
    {
        (string id, string revision) = (node.Name("id"), node.Name("revision"));
        ScottArchitecture? architecture = node.Configuration("architecture", ManifestJsonContext.Default.ScottArchitecture, value => value.Validate());
        PreprocessingSpec? preprocessing = node.Configuration("preprocessing", ManifestJsonContext.Default.PreprocessingSpec, value => value.Validate());
        long parameters = node.Count("parameters");
        List<ManifestFile> files = ManifestFileReader.ReadAll(node);
        List<ManifestSource> sources = [.. node.Objects("sources").Select(ManifestSourceReader.Read).OfType<ManifestSource>()];
        Func<string, string?> provenance = files.Count > 0 ? node.Text : node.OptionalText;
        if (files.Count > 0 && sources.Count == 0)
        {
            node.Fault("sources", "names no place; expected at least one for a model with files.");
        }

        if (architecture is not null && preprocessing is not null && preprocessing.ImagePixels != architecture.ImagePixels)
        {
            node.Fault("preprocessing.imagePixels", $"is {preprocessing.ImagePixels}; expected the architecture's, {architecture.ImagePixels}.");
        }

        if (architecture is not null)
        {
            ManifestSizes.Check(node, architecture, parameters, files);
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

        node.Fault("minimumPackageVersion", $"is '{Quoted.Value(text)}'; expected three numbers such as 0.1.0.");
        return null;
    }
}
