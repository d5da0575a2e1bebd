using System.Text.Json;
using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>The part of a classifier that rides in a safetensors file's metadata beside the model's, and how it is written there.</summary>
internal sealed record ClassifierDescription(ClassifierHead Head, IReadOnlyList<string> ClassNames)
{
    /// <summary>What the head's tensors are called by, before their own names.</summary>
    public const string HeadPrefix = "head.";

    private const string Key = "scott.classifier";

    public void AddTo(Dictionary<string, string> entries) => entries[Key] = JsonSerializer.Serialize(this, ClassifierDescriptionContext.Default.ClassifierDescription);

    /// <summary>The description in a file's metadata, or <see langword="null"/> if it holds no classifier.</summary>
    /// <exception cref="ModelFormatException">The description is not understood.</exception>
    public static ClassifierDescription? Find(string path, IReadOnlyDictionary<string, string> entries)
    {
        if (!entries.TryGetValue(Key, out string? json))
        {
            return null;
        }

        try
        {
            ClassifierDescription description = JsonSerializer.Deserialize(json, ClassifierDescriptionContext.Default.ClassifierDescription)
                ?? throw new JsonException("It is null.");
            description.Validate();
            return description;
        }
        catch (Exception exception) when (exception is JsonException or ScottConfigurationException)
        {
            throw new ModelFormatException(path, $"'{path}' describes its classifier in a way that is not understood. {exception.Message}", exception);
        }
    }

    /// <exception cref="ScottConfigurationException">There is no such head, or the names are too few, empty or the same.</exception>
    public void Validate()
    {
        var faults = new FaultList("the classifier");
        faults.Require(Enum.IsDefined(Head), $"Head is {Head}; expected Linear, SimpleAttentive, MultiHeadAttentive or CrossAttentive.");
        faults.Require(ClassNames.Count > 0, "ClassNames is empty; expected at least one class.");
        faults.Require(!ClassNames.Any(string.IsNullOrWhiteSpace), "ClassNames has an empty name; expected a name for each class.");
        string? twice = ClassNames.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        faults.Require(twice is null, $"ClassNames has '{twice}' twice; expected each name once.");
        faults.ThrowIfAny();
    }
}

/// <summary>How a classifier's description is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ClassifierDescription))]
internal sealed partial class ClassifierDescriptionContext : JsonSerializerContext;
