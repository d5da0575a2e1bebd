using System.Collections.Frozen;
using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using Scott.Models.Weights;

namespace Scott.Models.Inference;

/// <summary>Writes and reads the file of an anomaly detector.</summary>
internal static class AnomalyFile
{
    public const string Kind = "anomaly detector";

    private const string BankName = "bank";
    private const string MeanName = "mean";
    private const string DivisorName = "divisor";

    public static Task WriteAsync(string path, AnomalyKnowledge knowledge, AnomalyExtractor extractor, CancellationToken cancellationToken)
    {
        int width = extractor.Patches.Width;
        List<WeightTensor> tensors = [WeightTensor.Create(BankName, [knowledge.Bank.Count, width], knowledge.Bank.Rows)];
        if (knowledge.Standardization is { } standardization)
        {
            tensors.Add(WeightTensor.Create(MeanName, [width], standardization.Mean));
            tensors.Add(WeightTensor.Create(DivisorName, [width], standardization.Divisor));
        }

        string description = JsonSerializer.Serialize(
            AnomalyDescription.Of(extractor.Options, [.. extractor.Features.Options.Blocks.Order()], knowledge),
            AnomalyJsonContext.Default.AnomalyDescription);
        var content = new VectorFileContent(new WeightSet(tensors), extractor.Fingerprint, description);
        return VectorFile.WriteAsync(path, Kind, content, cancellationToken);
    }

    /// <summary>Reads a file for a model. Nothing is computed from its numbers before the fingerprint fits.</summary>
    public static async Task<(AnomalyOptions Options, AnomalyKnowledge Knowledge)> ReadAsync(
        string path, ScottModel model, FeatureExtractionOptions extraction, CancellationToken cancellationToken)
    {
        VectorFileContent content = await VectorFile.ReadAsync(path, Kind, WeightStorage.Managed, cancellationToken).ConfigureAwait(false);
        VectorFingerprint stored = VectorFile.RequireFingerprint(path, content);
        AnomalyDescription description = VectorFile.Describe(path, content, AnomalyJsonContext.Default.AnomalyDescription);
        Check(path, description.Validate);
        AnomalyOptions options = description.ToOptions(extraction);
        stored.RequireMatch(AnomalyExtractor.FingerprintOf(model, options));
        extraction.Validate(model.Architecture);
        Check(path, () => options.Validate(model.Architecture));
        int width = stored.Width;
        PatchStandardization? standardization = options.Scaling != PatchScaling.Standardized ? null : new PatchStandardization(
            Numbers(path, content.Tensors, MeanName, width), Numbers(path, content.Tensors, DivisorName, width));
        if (standardization is not null && !(TensorPrimitives.Min<float>(standardization.Divisor) >= 1 / PatchFeatures.LargestNumber))
            throw VectorFile.Damaged(path, VectorFileFault.Value, "has a divisor that is not positive");

        float[] bank = Numbers(path, content.Tensors, BankName, -1, width);
        if (bank.Length == 0)
            throw VectorFile.Damaged(path, VectorFileFault.Tensor, "keeps no patches; expected at least one");

        return (options, new AnomalyKnowledge
        {
            Bank = new PatchBank(bank, width, options.Neighbors),
            Standardization = standardization,
            Threshold = new AnomalyThreshold(description.Threshold, description.StatedFalseAlarmRate),
            NormalPatchScore = description.NormalPatchScore,
            Images = description.NormalImages,
        });
    }

    private static float[] Numbers(string path, WeightSet tensors, string name, params ReadOnlySpan<long> shape)
    {
        float[] numbers = VectorFile.Tensor(path, tensors, name, TensorDType.Float32, shape).ToArray();
        return PatchFeatures.AreLegal(numbers)
            ? numbers
            : throw VectorFile.Damaged(path, VectorFileFault.Value, $"has a number in '{name}' that is not finite, or too large");
    }

    private static void Check(string path, Action validate) => VectorFile.ReadPart(path, "a description", () =>
    {
        validate();
        return true;
    });
}

/// <summary>What a file says besides its tensors.</summary>
internal sealed record AnomalyDescription
{
    public required int ImagePixels { get; init; }

    public required int[] Blocks { get; init; }

    public required int Neighborhood { get; init; }

    public required PatchScaling Scaling { get; init; }

    public required int BankPatches { get; init; }

    public required int Neighbors { get; init; }

    public required double FalseAlarmRate { get; init; }

    public required bool RequiresFalseAlarmRate { get; init; }

    public required long Seed { get; init; }

    public required int NormalImages { get; init; }

    public required float Threshold { get; init; }

    public required double StatedFalseAlarmRate { get; init; }

    public required float NormalPatchScore { get; init; }

    public static AnomalyDescription Of(AnomalyOptions options, int[] blocks, AnomalyKnowledge knowledge) => new()
    {
        ImagePixels = options.ImagePixels,
        Blocks = blocks,
        Neighborhood = options.Neighborhood,
        Scaling = options.Scaling,
        BankPatches = options.BankPatches,
        Neighbors = options.Neighbors,
        FalseAlarmRate = options.FalseAlarmRate,
        RequiresFalseAlarmRate = options.RequiresFalseAlarmRate,
        Seed = options.Seed,
        NormalImages = knowledge.Images,
        Threshold = knowledge.Threshold.Score,
        StatedFalseAlarmRate = knowledge.Threshold.FalseAlarmRate,
        NormalPatchScore = knowledge.NormalPatchScore,
    };

    /// <summary>Checks what no model limits.</summary>
    /// <exception cref="ScottConfigurationException">A number is not legal.</exception>
    public void Validate()
    {
        var faults = new FaultList("the description");
        faults.Require(
            Blocks.Length > 0 && Blocks.Distinct().Count() == Blocks.Length,
            "blocks is empty or names one twice; expected at least one block.");
        faults.RequireRange("normalImages", NormalImages, 2, int.MaxValue);
        faults.RequireNotNegative("threshold", Threshold);
        faults.RequireNotNegative("normalPatchScore", NormalPatchScore);
        faults.Require(
            StatedFalseAlarmRate is > 0 and < 1,
            FormattableString.Invariant($"statedFalseAlarmRate is {StatedFalseAlarmRate}; expected more than 0 and less than 1."));
        faults.ThrowIfAny();
    }

    public AnomalyOptions ToOptions(FeatureExtractionOptions extraction) => new()
    {
        ImagePixels = ImagePixels,
        Blocks = Blocks.ToFrozenSet(),
        Neighborhood = Neighborhood,
        Scaling = Scaling,
        BankPatches = BankPatches,
        Neighbors = Neighbors,
        FalseAlarmRate = FalseAlarmRate,
        RequiresFalseAlarmRate = RequiresFalseAlarmRate,
        Seed = Seed,
        Extraction = extraction,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AnomalyDescription))]
internal sealed partial class AnomalyJsonContext : JsonSerializerContext;
