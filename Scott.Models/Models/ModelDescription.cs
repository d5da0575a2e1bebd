namespace Scott.Models;

/// <summary>The description of a model in the metadata of a safetensors file: reads and writes it.</summary>
internal sealed record ModelDescription(ScottArchitecture Architecture, PreprocessingSpec Preprocessing, ModelMetadata Metadata)
{
    private const string VersionKey = "scott.version";
    private const string ArchitectureKey = "scott.architecture";
    private const string PreprocessingKey = "scott.preprocessing";
    private const string MetadataKey = "scott.model";
    private const string PlainVersion = "1";
    /// <summary>The version of a file with a multi-label classifier. Packages that know only version 1 would take its outputs for those of a softmax,
    /// so they must refuse it. Whatever changes the meaning of a file gets a new version.</summary>
    private const string MultiLabelVersion = "2";

    public static ModelDescription Of(ScottModel model) => new(model.Architecture, model.Preprocessing, model.Metadata);

    public Dictionary<string, string> ToEntries() => new()
    {
        [VersionKey] = PlainVersion,
        [ArchitectureKey] = Architecture.ToJson(),
        [PreprocessingKey] = Preprocessing.ToJson(),
        [MetadataKey] = Metadata.ToJson(),
    };

    /// <summary>Reads the description from the metadata of a file. If the file has none, makes it from the options.</summary>
    /// <exception cref="ModelFormatException">There is no description, it is not understood, or the options ask for another one.</exception>
    public static ModelDescription Read(string path, IReadOnlyDictionary<string, string> entries, ModelFileOptions options)
    {
        if (!entries.ContainsKey(VersionKey))
            return ForForeign(path, options);

        RequireVersion(path, entries);

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

    /// <summary>Marks a description as one that only packages understand that know multi-label classifiers.</summary>
    public static void MarkMultiLabel(Dictionary<string, string> entries) => entries[VersionKey] = MultiLabelVersion;

    /// <exception cref="ModelFormatException">The description has a version that this package does not read.</exception>
    public static void RequireVersion(string path, IReadOnlyDictionary<string, string> entries)
    {
        if (entries.TryGetValue(VersionKey, out string? version) && version is not (PlainVersion or MultiLabelVersion))
        {
            throw new ModelFormatException(
                path,
                $"'{path}' describes its model in version '{version}'; this package reads versions {PlainVersion} and {MultiLabelVersion}. "
                + "Update Scott.Models.");
        }
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

/// <summary>The description of a classifier in the metadata of a safetensors file, beside that of its model. A multi-label classifier has thresholds.
/// A member that is not known is an error: what describes a classifier decides what its outputs mean.</summary>
internal sealed record ClassifierDescription(ClassifierHead Head, IReadOnlyList<string> ClassNames, IReadOnlyList<float>? Thresholds = null)
{
    /// <summary>The prefix of the names of the head's tensors.</summary>
    public const string HeadPrefix = "head.";

    private const string Key = "scott.classifier";
    private const string Subject = "the classifier";

    public void AddTo(Dictionary<string, string> entries)
    {
        entries[Key] = JsonSerializer.Serialize(this, ConfigurationJsonContext.Default.ClassifierDescription);
        if (Thresholds is not null)
            ModelDescription.MarkMultiLabel(entries);
    }

    /// <summary>The description in a file's metadata, or <see langword="null"/> if the file holds no classifier.</summary>
    /// <exception cref="ModelFormatException">The description is not understood.</exception>
    public static ClassifierDescription? Find(string path, IReadOnlyDictionary<string, string> entries)
    {
        ModelDescription.RequireVersion(path, entries);
        return entries.TryGetValue(Key, out string? json)
            ? ModelDescription.ReadEntries(path, "classifier", () => ConfigurationJson.Read(
                json, Subject, ConfigurationJsonContext.Default.ClassifierDescription, description => description.Validate()))
            : null;
    }

    /// <exception cref="ScottConfigurationException">There is no such head, there are no names, a name is empty or occurs twice, there is not one
    /// threshold for each name, or a threshold is not in [0, 1].</exception>
    public void Validate()
    {
        var faults = new FaultList(Subject);
        faults.Require(Enum.IsDefined(Head), $"Head is {Head}; expected Linear, SimpleAttentive, MultiHeadAttentive or CrossAttentive.");
        faults.Require(ClassNames.Count > 0, "ClassNames is empty; expected at least one class.");
        faults.Require(!ClassNames.Any(string.IsNullOrWhiteSpace), "ClassNames has an empty name; expected a name for each class.");
        string? twice = ClassNames.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        faults.Require(twice is null, $"ClassNames has '{twice}' twice; expected each name once.");
        if (Thresholds is { } thresholds)
        {
            string count = Plural.Of(thresholds.Count, "number");
            faults.Require(thresholds.Count == ClassNames.Count, $"Thresholds has {count}; expected {ClassNames.Count}, one for each name.");
            float? wrong = thresholds.Where(threshold => threshold is not (>= 0 and <= 1)).Select(each => (float?)each).FirstOrDefault();
            faults.Require(wrong is null, FormattableString.Invariant($"Thresholds has {wrong}; expected numbers from 0 to 1."));
        }

        faults.ThrowIfAny();
    }
}
