using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>What is known about a model's weights. Immutable; saved in the model file.</summary>
/// <remarks><see langword="null"/> means unknown. Members that only a newer version knows are ignored when read.</remarks>
[JsonConverter(typeof(ModelMetadataJson))]
public sealed record ModelMetadata
{
    /// <summary>The model's name, for example <c>scott-mini-112</c>. A model that training made has no name of its own;
    /// <c>WithMetadata</c> gives it one.</summary>
    /// <value>Default: <c>custom</c>.</value>
    public string Id { get; init; } = "custom";

    /// <summary>The revision of the weights under that name.</summary>
    public string? Revision { get; init; }

    /// <summary>The license of the weights, as an SPDX expression where one fits.</summary>
    public string? License { get; init; }

    /// <summary>How the weights were made: <c>initialized</c>, <c>imported</c>, <c>pretrained</c>, <c>distilled</c> or
    /// <c>fine-tuned</c>, with the source.</summary>
    public string? Provenance { get; init; }

    /// <summary>The images the weights were trained on, and their license.</summary>
    public string? TrainingData { get; init; }

    /// <summary>The recipe that made the weights. Training writes its options as JSON.</summary>
    public string? Recipe { get; init; }

    /// <summary>Measured figures by name, for example <c>flowers5/knn-top1</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    internal string ToJson() => ModelMetadataJson.Write(this);

    internal static ModelMetadata FromJson(string json) =>
        ConfigurationJson.Read(json, nameof(ModelMetadata), ModelMetadataJson.Read);
}
