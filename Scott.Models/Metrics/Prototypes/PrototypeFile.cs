using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Scott.Models.Weights;

namespace Scott.Models.Metrics;

/// <summary>The file of a <see cref="PrototypeClassifier"/>: the images' vectors, and their names and classes as the description.</summary>
internal static class PrototypeFile
{
    private const string Kind = "prototypes";
    private const string Vectors = "vectors";

    public static Task WriteAsync(string path, PrototypeClassifier classifier, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IReadOnlyList<PrototypeImage> images = classifier.Images;
        string[] classes = [.. images.Select(image => image.ClassName).Distinct()];
        var labels = classes.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        var description = new PrototypeFileDescription
        {
            Width = classifier.Width,
            ModelName = classifier.ModelName,
            Classes = classes,
            Images = [.. images.Select(image => new PrototypeFileImage(labels[image.ClassName], image.Name, image.IsHeldOut))],
        };
        float[] vectors = [.. images.SelectMany(image => image.Vector)];
        var content = new VectorFileContent(
            new WeightSet([WeightTensor.Create(Vectors, [images.Count, classifier.Width], vectors)]),
            classifier.Fingerprint,
            JsonSerializer.Serialize(description, PrototypeFileJsonContext.Default.PrototypeFileDescription));
        return VectorFile.WriteAsync(path, Kind, content, cancellationToken);
    }

    public static async Task<PrototypeClassifier> ReadAsync(string path, CancellationToken cancellationToken)
    {
        VectorFileContent content = await VectorFile.ReadAsync(path, Kind, WeightStorage.Managed, cancellationToken).ConfigureAwait(false);
        PrototypeFileDescription description = VectorFile.Describe(path, content, PrototypeFileJsonContext.Default.PrototypeFileDescription);
        Require(path, description.Width > 0, $"has vectors of {Plural.Of(description.Width, "number")}; expected at least 1");
        Require(
            path, content.Fingerprint is null || content.Fingerprint.Width == description.Width,
            $"has vectors of {Plural.Of(description.Width, "number")} and a fingerprint of {content.Fingerprint?.Width}");
        WeightTensor tensor = VectorFile.Tensor(
            path, content.Tensors, Vectors, TensorDType.Float32, description.Images.Length, description.Width);
        PrototypeImage[] images = ReadImages(path, description, tensor.ToArray());
        PrototypeClassifier classifier = content.Fingerprint is { } fingerprint
            ? new PrototypeClassifier(fingerprint) { ModelName = description.ModelName }
            : new PrototypeClassifier(description.Width) { ModelName = description.ModelName };
        classifier.Fill(images);
        return classifier;
    }

    private static PrototypeImage[] ReadImages(string path, PrototypeFileDescription description, float[] vectors)
    {
        int width = description.Width;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var images = new PrototypeImage[description.Images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            (int label, string name, bool isHeldOut) = description.Images[i];
            Require(path, label >= 0 && label < description.Classes.Length, $"has an image of class {label} of {description.Classes.Length}");
            Require(path, !string.IsNullOrEmpty(name), "has an image without a name");
            Require(path, names.Add(name), $"has two images called '{Quoted.Value(name)}'");
            Require(path, !string.IsNullOrEmpty(description.Classes[label]), "has a class without a name");
            float[] vector = vectors[(i * width)..((i + 1) * width)];
            float length = Similarity.Length(vector);
            Require(path, float.IsFinite(length) && length > 0, $"has a vector of zeros or of numbers that are not finite, '{Quoted.Value(name)}'");
            images[i] = new PrototypeImage(description.Classes[label], name, vector, isHeldOut);
        }

        return images;
    }

    private static void Require(string path, [DoesNotReturnIf(false)] bool condition, string fault)
    {
        if (!condition)
            throw VectorFile.Damaged(path, VectorFileFault.Value, fault);
    }
}

/// <summary>What the file says about its vectors.</summary>
internal sealed record PrototypeFileDescription
{
    [JsonRequired]
    public required int Width { get; init; }

    public string? ModelName { get; init; }

    [JsonRequired]
    public required string[] Classes { get; init; }

    [JsonRequired]
    public required PrototypeFileImage[] Images { get; init; }
}

/// <summary>One row of the vectors: its class among those of the file, its name, and whether it calibrates.</summary>
internal readonly record struct PrototypeFileImage(
    [property: JsonRequired] int Class, [property: JsonRequired] string Name, [property: JsonRequired] bool IsHeldOut);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PrototypeFileDescription))]
internal sealed partial class PrototypeFileJsonContext : JsonSerializerContext;
