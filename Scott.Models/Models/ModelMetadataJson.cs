using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>The JSON form of what is known about a model: reads and writes it. Members that only a newer version knows are ignored.</summary>
internal sealed class ModelMetadataJson : JsonConverter<ModelMetadata>
{
    private const string Id = "id";
    private const string Revision = "revision";
    private const string License = "license";
    private const string Provenance = "provenance";
    private const string TrainingData = "trainingData";
    private const string Recipe = "recipe";
    private const string Metrics = "metrics";

    private static readonly ModelMetadata Defaults = new();

    public static string Write(ModelMetadata value) => JsonNumbers.ToText(writer => Write(writer, value));

    public static ModelMetadata Read(string json) => JsonMembers.Parse(json, ignoresOthers: true, Read);

    public override ModelMetadata Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonMembers.Read(ref reader, ignoresOthers: true, Read);

    public override void Write(Utf8JsonWriter writer, ModelMetadata value, JsonSerializerOptions options) => Write(writer, value);

    private static ModelMetadata Read(JsonMembers members) => new()
    {
        Id = members.Text(Id, Defaults.Id),
        Revision = members.OptionalText(Revision),
        License = members.OptionalText(License),
        Provenance = members.OptionalText(Provenance),
        TrainingData = members.OptionalText(TrainingData),
        Recipe = members.OptionalText(Recipe),
        Metrics = members.NamedNumbers(Metrics),
    };

    private static void Write(Utf8JsonWriter writer, ModelMetadata value)
    {
        writer.WriteStartObject();
        writer.WriteString(Id, value.Id);
        WriteOptional(Revision, value.Revision);
        WriteOptional(License, value.License);
        WriteOptional(Provenance, value.Provenance);
        WriteOptional(TrainingData, value.TrainingData);
        WriteOptional(Recipe, value.Recipe);
        writer.WriteStartObject(Metrics);
        foreach ((string name, double metric) in value.Metrics)
            writer.WriteAnyNumber(name, metric);

        writer.WriteEndObject();
        writer.WriteEndObject();

        void WriteOptional(string name, string? text)
        {
            if (text is not null)
                writer.WriteString(name, text);
        }
    }
}
