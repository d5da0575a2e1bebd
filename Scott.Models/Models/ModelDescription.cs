namespace Scott.Models;

/// <summary>The part of a model that rides in a safetensors file's metadata, and how it is written there.</summary>
internal sealed record ModelDescription(ScottArchitecture Architecture, PreprocessingSpec Preprocessing, ModelMetadata Metadata)
{
    private const string VersionKey = "scott.version";
    private const string ArchitectureKey = "scott.architecture";
    private const string PreprocessingKey = "scott.preprocessing";
    private const string MetadataKey = "scott.model";
    private const string CurrentVersion = "1";

    public Dictionary<string, string> ToEntries() => new()
    {
        [VersionKey] = CurrentVersion,
        [ArchitectureKey] = Architecture.ToJson(),
        [PreprocessingKey] = Preprocessing.ToJson(),
        [MetadataKey] = Metadata.ToJson(),
    };

    /// <summary>The description in a file's metadata, or the options' where the file has none.</summary>
    public static ModelDescription Read(string path, IReadOnlyDictionary<string, string> entries, ModelFileOptions options)
    {
        if (!entries.TryGetValue(VersionKey, out string? version))
        {
            return ForForeign(path, options);
        }

        if (version != CurrentVersion)
        {
            throw new ModelFormatException(
                path, $"'{path}' describes its model in version '{version}'; this package reads version {CurrentVersion}. Update Scott.Models.");
        }

        ModelDescription description;
        try
        {
            description = new ModelDescription(
                ScottArchitecture.FromJson(Entry(path, entries, ArchitectureKey)),
                PreprocessingSpec.FromJson(Entry(path, entries, PreprocessingKey)),
                ModelMetadata.FromJson(Entry(path, entries, MetadataKey)));
        }
        catch (ScottConfigurationException exception)
        {
            throw new ModelFormatException(path, $"'{path}' describes its model in a way that is not understood. {exception.Message}", exception);
        }

        CheckImage(path, description);
        if (options.Architecture is not null && options.Architecture != description.Architecture)
        {
            throw new ModelFormatException(
                path,
                $"'{path}' describes the architecture {description.Architecture.ToJson()}; {options.Architecture.ToJson()} was asked for. Leave it out.");
        }

        return description;
    }

    /// <summary>The description of weights that carry none.</summary>
    public static ModelDescription ForForeign(string path, ModelFileOptions options)
    {
        if (options.Architecture is not { } architecture)
        {
            throw new ModelFormatException(
                path,
                $"'{path}' does not say what architecture its weights belong to. Give it: "
                    + "new ModelFileOptions { Architecture = ScottArchitectures.Get(\"scott-mini-112\") }.");
        }

        architecture.Validate();
        PreprocessingSpec preprocessing = options.Preprocessing ?? PreprocessingSpec.ForImage(architecture.ImagePixels);
        preprocessing.Validate();
        var description = new ModelDescription(
            architecture, preprocessing, new ModelMetadata { Provenance = $"imported from {Path.GetFileName(path)}" });
        CheckImage(path, description);
        return description;
    }

    private static void CheckImage(string path, ModelDescription description)
    {
        (int preprocessed, int expected) = (description.Preprocessing.ImagePixels, description.Architecture.ImagePixels);
        if (preprocessed != expected)
        {
            throw new ModelFormatException(
                path, $"'{path}': the preprocessing makes images of {preprocessed} pixels; the architecture takes {expected}. Give them the same side.");
        }
    }

    private static string Entry(string path, IReadOnlyDictionary<string, string> entries, string key) =>
        entries.TryGetValue(key, out string? value)
            ? value
            : throw new ModelFormatException(path, $"'{path}' describes its model without '{key}'. Save it again.");
}
