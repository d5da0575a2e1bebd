using System.Text.Json.Serialization;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>The JSON of an <see cref="EvaluationResult"/>.</summary>
[JsonSerializable(typeof(EvaluationContent))]
internal sealed partial class EvaluationJson : JsonSerializerContext
{
    private static readonly EvaluationJson Relaxed = new(MetricsJson.CreateOptions());

    public static string Write(EvaluationResult result) => JsonSerializer.Serialize(
        new EvaluationContent(
            result.TrainingImages, result.Linear.Validation.Images, result.Linear.Test.Images, result.Linear.Test.Confusion.ClassNames,
            Name(result.Selected), result.LinearPenalty, result.FewShot, result.Health,
            [.. result.Probes.Select(probe => new ProbeContent(Name(probe), probe.TrainingTop1, probe.Validation, probe.Test))]),
        Relaxed.EvaluationContent) + "\n";

    private static string Name(ProbeResult probe) => JsonNamingPolicy.CamelCase.ConvertName(probe.Name);
}

internal sealed record EvaluationContent(
    int TrainingImages, int ValidationImages, int TestImages, IReadOnlyList<string> ClassNames, string Selected, double LinearPenalty,
    IReadOnlyList<FewShotResult> FewShot, FeatureHealth Health, IReadOnlyList<ProbeContent> Probes);

internal sealed record ProbeContent(
    string Probe, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TrainingTop1,
    ClassificationMetrics Validation, ClassificationMetrics Test);
