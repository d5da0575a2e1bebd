using System.Text.Json.Serialization;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Reads one model of a manifest.</summary>
internal static class ManifestModelReader
{
    /// <returns>The model, or <see langword="null"/> if its architecture or preprocessing is wrong. Notes any fault.</returns>
    public static ManifestModel? Read(ManifestNode node)
    {
        (string id, string revision) = (node.Name("id"), node.Name("revision"));
        ScottArchitecture? architecture = node.Configuration(
            "architecture", ManifestJsonContext.Default.ScottArchitecture, value => value.Validate());
        PreprocessingSpec? preprocessing = node.Configuration(
            "preprocessing", ManifestJsonContext.Default.PreprocessingSpec, value => value.Validate());
        long parameters = node.Count("parameters");
        List<ManifestFile> files = ManifestFileReader.ReadAll(node);
        List<ManifestSource> sources = [.. node.Objects("sources").Select(ReadSource).OfType<ManifestSource>()];
        if (files.Count > 0 && sources.Count == 0)
            node.Fault("sources", "is empty; expected at least one source for a model with files.");
        if (sources.Any(source => source.Kind == ManifestSourceKind.Hub) && (sources.Count > 1 || files.Count > 0))
            node.Fault("sources", "has the hub beside another source or files; expected it alone, because its files are not known here.");
        if (architecture is not null && preprocessing is not null && preprocessing.ImageText != architecture.ImageText)
            node.Fault("preprocessing.imagePixels", $"is {preprocessing.ImageText}; expected the architecture's, {architecture.ImageText}.");
        if (architecture is not null)
            ManifestFileReader.CheckSizes(node, architecture, parameters, files);

        Func<string, string?> text = files.Count > 0 ? node.Text : node.OptionalText;
        (string? license, string? trainingData, string? trainingDataLicense) = (text("license"), text("trainingData"), text("trainingDataLicense"));
        (string? recipe, string? command) = (text("recipe"), text("command"));
        Version? minimum = ReadVersion(node, text("minimumPackageVersion"));
        List<ManifestMetric> metrics = [.. node.Objects("metrics").Select(ReadMetric)];
        string? deprecation = node.OptionalText("deprecation");
        return architecture is null || preprocessing is null ? null : new ManifestModel
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

    /// <returns>The source, or <see langword="null"/> if its kind is not known.</returns>
    private static ManifestSource? ReadSource(ManifestNode node)
    {
        switch (node.Text("kind"))
        {
            case "embedded":
                return new ManifestSource(ManifestSourceKind.Embedded, string.Empty);
            case "relative":
                string folder = node.OptionalText("address") ?? string.Empty;
                if (folder.Length > 0 && !(folder[^1] == '/' && folder[..^1].Split('/').All(SafeName.IsSafe)))
                {
                    node.Fault(
                        "address",
                        $"is '{AddressText.Of(folder)}'; expected a folder below the manifest's, such as 'weights/', each name {SafeName.Expected}.");
                }

                return new ManifestSource(ManifestSourceKind.Relative, folder);
            case "mirror":
                return ReadMirror(node, node.Text("address"));
            case "hub":
                string repository = node.Text("address");
                if (repository.Length > 0 && !HubRepository.IsName(repository))
                    node.Fault("address", $"is '{Quoted.Value(repository)}'; expected a repository such as facebook/dinov2-small.");

                return new ManifestSource(ManifestSourceKind.Hub, repository);
            case { Length: > 0 } other:
                node.Fault("kind", $"is '{Quoted.Value(other)}'; expected embedded, relative, mirror or hub.");
                return null;
            default:
                return null;
        }
    }

    private static ManifestSource ReadMirror(ManifestNode node, string address)
    {
        if (address.Length > 0 && !(Uri.TryCreate(address, UriKind.Absolute, out Uri? parsed) && SafeAddress.IsAllowedFolder(parsed)))
        {
            node.Fault(
                "address", $"is '{AddressText.Of(address)}'; expected {SafeAddress.Expected}, without user, query or fragment, that ends in '/'.");
        }

        return new ManifestSource(ManifestSourceKind.Mirror, address);
    }

    private static ManifestMetric ReadMetric(ManifestNode node)
    {
        string name = node.Text("name");
        node.Require("value", "a number");
        double? value = node.OptionalNumber("value");
        double? deviation = node.OptionalNumber("standardDeviation");
        if (deviation < 0)
            node.Fault("standardDeviation", string.Create(CultureInfo.InvariantCulture, $"is {deviation}; expected at least 0."));

        return new ManifestMetric(name, value ?? 0, deviation, node.Text("command"));
    }

    private static Version? ReadVersion(ManifestNode node, string? text)
    {
        if (text is not { Length: > 0 })
            return null;
        if (Version.TryParse(text, out Version? version) && version is { Build: >= 0, Revision: < 0 })
            return version;

        node.Fault("minimumPackageVersion", $"is '{Quoted.Value(text)}'; expected three numbers such as 0.1.0.");
        return null;
    }
}

/// <summary>Like the configuration's own context, but ignores unknown members: a manifest may be newer than the package.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ScottArchitecture))]
[JsonSerializable(typeof(PreprocessingSpec))]
internal sealed partial class ManifestJsonContext : JsonSerializerContext;
