using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>The description of a model in the metadata of a safetensors file: reads and writes it.</summary>
internal sealed record ModelDescription(ScottArchitecture Architecture, PreprocessingSpec Preprocessing, ModelMetadata Metadata)
{
    private const string VersionKey = "scott.version";
    private const string ArchitectureKey = "scott.architecture";
    private const string PreprocessingKey = "scott.preprocessing";
    private const string MetadataKey = "scott.model";
    private const string CurrentVersion = "1";

    public static ModelDescription Of(ScottModel model) => new(model.Architecture, model.Preprocessing, model.Metadata);

    public Dictionary<string, string> ToEntries() => new()
    {
        [VersionKey] = CurrentVersion,
        [ArchitectureKey] = Architecture.ToJson(),
        [PreprocessingKey] = Preprocessing.ToJson(),
        [MetadataKey] = Metadata.ToJson(),
    };

    /// <summary>Reads the description from the metadata of a file. If the file has none, makes it from the options.</summary>
    /// <exception cref="ModelFormatException">There is no description, it is not understood, or the options ask for another one.</exception>
    public static ModelDescription Read(string path, IReadOnlyDictionary<string, string> entries, ModelFileOptions options)
    {
        if (!entries.TryGetValue(VersionKey, out string? version))
            return ForForeign(path, options);

        if (version != CurrentVersion)
        {
            throw new ModelFormatException(
                path, $"'{path}' describes its model in version '{version}'; this package reads version {CurrentVersion}. Update Scott.Models.");
        }

        string Entry(string key) =>
            entries.GetValueOrDefault(key) ?? throw new ModelFormatException(path, $"'{path}' describes its model without '{key}'. Save it again.");
        ModelDescription description = ReadEntries(path, "model", () => new ModelDescription(
            ScottArchitecture.FromJson(Entry(ArchitectureKey)), PreprocessingSpec.FromJson(Entry(PreprocessingKey)),
            ModelMetadata.FromJson(Entry(MetadataKey))));
        description.CheckImage(path);
        if (options.Architecture is { } asked && asked != description.Architecture)
        {
            throw new ModelFormatException(path, $"'{path}' describes the architecture {description.Architecture.ToJson()}; "
                + $"the options ask for {asked.ToJson()}. Leave Architecture out of the options.");
        }

        return description;
    }

    /// <summary>The description of weights whose file has none.</summary>
    /// <exception cref="ModelFormatException">The options give no architecture, or a preprocessing of another size.</exception>
    public static ModelDescription ForForeign(string path, ModelFileOptions options)
    {
        if (options.Architecture is not { } architecture)
        {
            throw new ModelFormatException(path, $"'{path}' does not say what architecture its weights belong to. Give it: "
                + "new ModelFileOptions { Architecture = ScottArchitectures.Get(\"scott-mini-112\") }.");
        }

        architecture.Validate();
        PreprocessingSpec preprocessing = options.Preprocessing ?? PreprocessingSpec.For(architecture);
        preprocessing.Validate();
        var metadata = new ModelMetadata { Provenance = $"imported from {Path.GetFileName(path)}" };
        var description = new ModelDescription(architecture, preprocessing, metadata);
        description.CheckImage(path);
        return description;
    }

    /// <summary>Reads entries, and names the file in the error if they are not understood.</summary>
    public static T ReadEntries<T>(string path, string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ScottConfigurationException exception)
        {
            throw new ModelFormatException(path, $"'{path}' describes its {what} in a way that is not understood. {exception.Message}", exception);
        }
    }

    private void CheckImage(string path)
    {
        if ((Preprocessing.ImageHeight, Preprocessing.ImageWidth) != (Architecture.ImageHeight, Architecture.ImageWidth))
        {
            throw new ModelFormatException(path, $"'{path}': the preprocessing makes images of {Preprocessing.ImageText} pixels; "
                + $"the architecture takes {Architecture.ImageText}. Give them the same size.");
        }

        if (Preprocessing.ChannelCount != Architecture.Channels)
        {
            throw new ModelFormatException(path, $"'{path}': the preprocessing makes images of {Plural.Of(Preprocessing.ChannelCount, "channel")}; "
                + $"the architecture takes {Architecture.Channels}. Give them the same number.");
        }
    }
}

/// <summary>The description of a classifier in the metadata of a safetensors file, beside that of its model.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ClassifierDescription(ClassifierHead Head, IReadOnlyList<string> ClassNames)
{
    /// <summary>The prefix of the names of the head's tensors.</summary>
    public const string HeadPrefix = "head.";

    private const string Key = "scott.classifier";
    private const string Subject = "the classifier";

    public void AddTo(Dictionary<string, string> entries) =>
        entries[Key] = JsonSerializer.Serialize(this, ConfigurationJsonContext.Default.ClassifierDescription);

    /// <summary>The description in a file's metadata, or <see langword="null"/> if the file holds no classifier.</summary>
    /// <exception cref="ModelFormatException">The description is not understood.</exception>
    public static ClassifierDescription? Find(string path, IReadOnlyDictionary<string, string> entries) =>
        entries.TryGetValue(Key, out string? json)
            ? ModelDescription.ReadEntries(path, "classifier", () => ConfigurationJson.Read(
                json, Subject, ConfigurationJsonContext.Default.ClassifierDescription, description => description.Validate()))
            : null;

    /// <exception cref="ScottConfigurationException">There is no such head, there are no names, a name is empty, or a name occurs twice.</exception>
    public void Validate()
    {
        var faults = new FaultList(Subject);
        faults.Require(Enum.IsDefined(Head), $"Head is {Head}; expected Linear, SimpleAttentive, MultiHeadAttentive or CrossAttentive.");
        faults.Require(ClassNames.Count > 0, "ClassNames is empty; expected at least one class.");
        faults.Require(!ClassNames.Any(string.IsNullOrWhiteSpace), "ClassNames has an empty name; expected a name for each class.");
        string? twice = ClassNames.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        faults.Require(twice is null, $"ClassNames has '{twice}' twice; expected each name once.");
        faults.ThrowIfAny();
    }
}
