using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>What made a vector: the model, its preprocessing, the output, and the number format. Stored beside vectors, so that unlike ones are
/// never compared by mistake. Immutable.</summary>
/// <remarks><c>FeatureExtractor.Fingerprint</c> and <c>ImageEmbedding.Fingerprint</c> give it. <see cref="ModelId"/> is for messages only.</remarks>
public sealed record VectorFingerprint
{
    private const int ShownCharacters = 12;
    private const int HashCharacters = 64;
    private const string UnitLength = ", unit length";

    /// <summary>The id of the model, for example <c>scott-mini-112</c>. Two models that differ only in their ids make equal vectors.</summary>
    [JsonRequired]
    public required string ModelId { get; init; }

    /// <summary>The SHA-256 of the architecture and of the weights in single precision, as 64 hexadecimal digits.</summary>
    [JsonRequired]
    public required string ModelSha256 { get; init; }

    /// <summary>The SHA-256 of the preprocessing, and of how images are decoded, as 64 hexadecimal digits.</summary>
    [JsonRequired]
    public required string PreprocessingSha256 { get; init; }

    /// <summary>What the numbers are, for example <c>PatchMean</c> or <c>PatchMean, unit length</c>.</summary>
    [JsonRequired]
    public required string Output { get; init; }

    /// <summary>The class of the number format: <c>single</c>, <c>half</c>, <c>bfloat16</c> or <c>int8</c>. Weights in half precision with single
    /// arithmetic are <c>single</c>, since results agree to about 1e-3.</summary>
    [JsonRequired]
    public required string Precision { get; init; }

    /// <summary>The length of a vector.</summary>
    [JsonRequired]
    public required int Width { get; init; }

    /// <summary>Whether other fingerprints are compared with this one. Not stored.</summary>
    /// <value>Default: <see langword="true"/>; <c>FeatureExtractorBuilder.WithFingerprintCheck(false)</c> turns it off.</value>
    [JsonIgnore]
    public bool IsChecked { get; init; } = true;

    /// <summary>Whether vectors with the other fingerprint can be compared with vectors with this one: all but the model's id is equal.</summary>
    /// <param name="other">The other fingerprint.</param>
    public bool Matches(VectorFingerprint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Differences(other, isLengthCompared: true).Count == 0;
    }

    /// <summary>Does nothing if the two match, or if one of them is not checked and the vectors have the same length.</summary>
    /// <param name="other">The fingerprint of the vectors that are to be compared or mixed with these.</param>
    /// <exception cref="FingerprintMismatchException">They do not match.</exception>
    public void RequireMatch(VectorFingerprint other) => Require(other, isLengthCompared: true);

    /// <summary>Does the same, but vectors that were scaled to length 1 match those that were not: cosine similarity compares directions alone.
    /// Indexes, searches in jobs, and classes from examples check vectors in this way.</summary>
    /// <param name="other">The fingerprint of the vectors that are to be compared or mixed with these.</param>
    /// <exception cref="FingerprintMismatchException">They do not match.</exception>
    public void RequireSameDirection(VectorFingerprint other) => Require(other, isLengthCompared: false);

    /// <summary>This fingerprint as JSON, camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FingerprintJsonContext.Default.VectorFingerprint);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">A JSON object. An unknown member is an error, because this version cannot compare it.</param>
    /// <exception cref="ScottConfigurationException">The text is not such JSON.</exception>
    public static VectorFingerprint FromJson(string json) => ConfigurationJson.Read(
        json, nameof(VectorFingerprint), FingerprintJsonContext.Default.VectorFingerprint, fingerprint => fingerprint.Validate());

    /// <summary>For people, for example <c>scott-mini-112 (model 0123456789ab, preprocessing ba9876543210, PatchMean, single, 192
    /// numbers)</c>.</summary>
    public override string ToString() =>
        $"{Quoted.Value(ModelId)} (model {Short(ModelSha256)}, preprocessing {Short(PreprocessingSha256)}, {Quoted.Value(Output)}, "
            + $"{Quoted.Value(Precision)}, {Plural.Of(Width, "number")})";

    private void Require(VectorFingerprint other, bool isLengthCompared)
    {
        ArgumentNullException.ThrowIfNull(other);
        List<string> differences = Differences(other, isLengthCompared);
        if (differences.Count > 0 && (Width != other.Width || (IsChecked && other.IsChecked)))
            throw new FingerprintMismatchException(this, other, differences);
    }

    private List<string> Differences(VectorFingerprint other, bool isLengthCompared)
    {
        List<string> differences = [];
        void Compare(string what, string mine, string theirs)
        {
            if (mine != theirs)
                differences.Add(what);
        }

        Compare("model", ModelSha256, other.ModelSha256);
        Compare("preprocessing", PreprocessingSha256, other.PreprocessingSha256);
        Compare("output", isLengthCompared ? Output : DirectionOf(Output), isLengthCompared ? other.Output : DirectionOf(other.Output));
        Compare("precision", Precision, other.Precision);
        if (Width != other.Width)
            differences.Add("width");

        return differences;
    }

    private void Validate()
    {
        var faults = new FaultList(nameof(VectorFingerprint));
        RequireHash(faults, nameof(ModelSha256), ModelSha256);
        RequireHash(faults, nameof(PreprocessingSha256), PreprocessingSha256);
        faults.Require(Width > 0, FormattableString.Invariant($"Width is {Width}; expected at least 1."));
        faults.ThrowIfAny();
    }

    private static void RequireHash(FaultList faults, string name, string hash) => faults.Require(
        hash.Length == HashCharacters && hash.All(char.IsAsciiHexDigitLower),
        $"{name} is '{Quoted.Value(hash)}'; expected 64 lower-case hexadecimal digits.");

    private static string DirectionOf(string output) =>
        output.EndsWith(UnitLength, StringComparison.Ordinal) ? output[..^UnitLength.Length] : output;

    private static string Short(string hash) => hash.Length > ShownCharacters ? hash[..ShownCharacters] : hash;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(VectorFingerprint))]
internal sealed partial class FingerprintJsonContext : JsonSerializerContext;
