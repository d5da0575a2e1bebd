using System.Text.Json;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Writes an <see cref="EvaluationResult"/> as JSON.</summary>
internal static class EvaluationJson
{
    public static string Write(EvaluationResult result) => MetricsJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("trainingImages", result.TrainingImages);
        json.WriteNumber("validationImages", result.Linear.Validation.Images);
        json.WriteNumber("testImages", result.Linear.Test.Images);
        json.WriteStartArray("classNames");
        foreach (string name in result.Linear.Test.Confusion.ClassNames)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteString("selected", Name(result.Selected.Kind));
        json.WriteNumber("linearPenalty", result.LinearPenalty);
        WriteArray(json, "fewShot", result.FewShot, Write);
        Write(json, result.Health);
        WriteArray(json, "probes", result.Probes, Write);
        json.WriteEndObject();
    });

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> values, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T value in values)
        {
            write(json, value);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ProbeResult probe)
    {
        json.WriteStartObject();
        json.WriteString("probe", Name(probe.Kind));
        if (probe.TrainingTop1 is { } top1)
        {
            json.WriteNumber("trainingTop1", top1);
        }

        json.WritePropertyName("validation");
        MetricsJson.Write(json, probe.Validation);
        json.WritePropertyName("test");
        MetricsJson.Write(json, probe.Test);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FewShotResult few)
    {
        json.WriteStartObject();
        json.WriteNumber("perClass", few.PerClass);
        json.WriteNumber("repeats", few.Repeats);
        Write(json, "neighbors", few.Neighbors);
        Write(json, "linear", few.Linear);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, MeanAndDeviation value)
    {
        json.WriteStartObject(name);
        json.WriteNumber("mean", value.Mean);
        json.WriteNumber("standardDeviation", value.StandardDeviation);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FeatureHealth health)
    {
        json.WriteStartObject("health");
        json.WriteNumber("standardDeviation", health.StandardDeviation);
        json.WriteNumber("effectiveRank", health.EffectiveRank);
        json.WriteNumber("centeredRank", health.CenteredRank);
        json.WriteNumber("meanCosine", health.MeanCosine);
        json.WriteEndObject();
    }

    private static string Name(ProbeKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
