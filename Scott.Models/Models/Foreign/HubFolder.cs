using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Reads a folder with the files of a Hugging Face repository: configuration, preprocessing and weights, of timm or transformers.</summary>
internal static class HubFolder
{
    public const string Configuration = "config.json";
    public const string Preprocessing = "preprocessor_config.json";

    /// <summary>Reads a folder of the caller's, whose name becomes the model's.</summary>
    public static Task<HubModel> ReadAsync(string folder, WeightStorage storage, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return ReadAsync(
            folder, folder, storage, new ModelMetadata { Id = name, Provenance = $"imported from {name}" }, cancellationToken);
    }

    /// <summary>Reads the model, and its head, if it has one that this package computes.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="source">What errors call the model: the folder or the repository.</param>
    /// <param name="storage">Where the bytes of safetensors files are kept.</param>
    /// <param name="metadata">What is known about the model.</param>
    /// <param name="cancellationToken">Cancels between tensors.</param>
    /// <exception cref="ScottException">A file is damaged or missing, or this package cannot compute the model.</exception>
    public static async Task<HubModel> ReadAsync(
        string folder, string source, WeightStorage storage, ModelMetadata metadata, CancellationToken cancellationToken)
    {
        ConfigurationNode config = await ReadConfigurationAsync(folder, Configuration, cancellationToken).ConfigureAwait(false)
            ?? throw new ModelFormatException(source, $"'{source}' has no {Configuration}, which says what the weights are.");
        ConfigurationNode? preprocessing = IsTimm(config)
            ? null
            : await ReadConfigurationAsync(folder, Preprocessing, cancellationToken).ConfigureAwait(false);
        WeightSet weights = await HubWeights.ReadAsync(folder, source, storage, cancellationToken).ConfigureAwait(false);
        return ModelDescription.ReadEntries(source, "model", () => Create(config, preprocessing, weights, source, metadata));
    }

    /// <summary>Whether the configuration in a folder is timm's, which tells the preprocessing too.</summary>
    public static async Task<bool> IsTimmAsync(string folder, CancellationToken cancellationToken) =>
        await ReadConfigurationAsync(folder, Configuration, cancellationToken).ConfigureAwait(false) is { } config && IsTimm(config);

    /// <summary>Refuses a model of transformers that this package cannot compute, as far as that shows without the weights.</summary>
    public static async Task CheckAsync(string folder, CancellationToken cancellationToken)
    {
        ConfigurationNode? config = await ReadConfigurationAsync(folder, Configuration, cancellationToken).ConfigureAwait(false);
        if (config is not null && !IsTimm(config))
            ReadTransformers(config, await ReadConfigurationAsync(folder, Preprocessing, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Whether a configuration is timm's, which needs no second file for the preprocessing.</summary>
    public static bool IsTimm(ConfigurationNode config) => config.Has("architecture") && !config.Has("model_type");

    private static HubModel Create(
        ConfigurationNode config, ConfigurationNode? preprocessing, WeightSet weights, string source, ModelMetadata metadata)
    {
        ForeignModel foreign = IsTimm(config) ? TimmConfiguration.Read(config, weights) : ReadTransformers(config, preprocessing);
        foreign.Architecture.Validate();
        foreign.Preprocessing.Validate();
        (WeightSet backbone, WeightSet? head) = ForeignWeights.Translate($"'{source}'", weights, foreign.Architecture);
        PreprocessingSpec ownSize = foreign.Preprocessing.ForSize(foreign.Architecture.ImageHeight, foreign.Architecture.ImageWidth);
        ScottModel model = new ScottModel(foreign.Architecture, ownSize, backbone, metadata).ResizedTo(foreign.Preprocessing);
        return new HubModel(model, foreign.Classes, head, foreign.IsMultiLabel);
    }

    private static ForeignModel ReadTransformers(ConfigurationNode config, ConfigurationNode? preprocessing)
    {
        (ScottArchitecture architecture, IReadOnlyList<string>? classes) = TransformersConfiguration.Read(config);
        if (preprocessing is null)
            throw config.Fault(Preprocessing, "is not there; only that file tells how the images of this model are prepared.");

        PreprocessingSpec spec = TransformersPreprocessing.Read(preprocessing);
        if (spec.ImagePixels != architecture.ImagePixels && config.Text("model_type") == "vit")
        {
            throw config.Fault(
                "image_size",
                $"is {architecture.ImagePixels}; the preprocessing makes images of {spec.ImagePixels} pixels, which this type refuses.");
        }

        return new ForeignModel(architecture, spec, classes, TransformersConfiguration.IsMultiLabel(config));
    }

    private static async Task<ConfigurationNode?> ReadConfigurationAsync(string folder, string name, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path)
            ? ConfigurationNode.Parse(path, await ConfigurationNode.ReadAsync(path, cancellationToken).ConfigureAwait(false))
            : null;
    }
}

/// <summary>A model of the hub: the backbone, and the names of its classes and its linear head's weights, if it is a classifier.</summary>
internal sealed record HubModel(ScottModel Model, IReadOnlyList<string>? Classes, WeightSet? Head, bool IsMultiLabel)
{
    /// <summary>The classifier. One class alone has a sigmoid too: its softmax would always be 1.</summary>
    /// <exception cref="ModelFormatException">The model has no head that this package computes.</exception>
    public ScottClassifier ToClassifier(string source)
    {
        if (Classes is null || Head is null)
        {
            throw new ModelFormatException(
                source, $"'{source}' has no classifier's head that this package can compute. Read the backbone with ScottModel, and fine-tune it.");
        }

        IReadOnlyList<string> names = Classes.Count > 0 ? Classes : DefaultNames(Head["linear.bias"].ElementCount);
        float[]? thresholds = IsMultiLabel || names.Count == 1 ? [.. names.Select(_ => MultiLabelMetrics.DefaultThreshold)] : null;
        return new ScottClassifier(Model, ClassifierHead.Linear, Head, names, thresholds);
    }

    /// <summary>The names that transformers gives classes without names.</summary>
    private static string[] DefaultNames(int count) =>
        [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}"))];
}
