using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>The JSON form of a preprocessing: reads and writes it.</summary>
internal sealed class PreprocessingSpecJson : JsonConverter<PreprocessingSpec>
{
    private const string ImagePixels = "imagePixels";
    private const string ImageWidthPixels = "imageWidthPixels";
    private const string Resize = "resize";
    private const string ResizePixels = "resizePixels";
    private const string CropRounding = "cropRounding";
    private const string Interpolation = "interpolation";
    private const string Mean = "mean";
    private const string StandardDeviation = "standardDeviation";
    private const string Red = "red";
    private const string Green = "green";
    private const string Blue = "blue";
    private const string Channels = "channels";
    private const string SampleRange = "sampleRange";
    private const string Kind = "kind";
    private const string Low = "low";
    private const string High = "high";

    private static readonly PreprocessingSpec Defaults = new();

    public static string Write(PreprocessingSpec value) => JsonNumbers.ToText(writer => Write(writer, value));

    public static PreprocessingSpec Read(string json) => JsonMembers.Parse(json, ignoresOthers: false, Read);

    public override PreprocessingSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonMembers.Read(ref reader, options.UnmappedMemberHandling == JsonUnmappedMemberHandling.Skip, Read);

    public override void Write(Utf8JsonWriter writer, PreprocessingSpec value, JsonSerializerOptions options) => Write(writer, value);

    private static void Write(Utf8JsonWriter writer, PreprocessingSpec value)
    {
        writer.WriteStartObject();
        writer.WriteNumber(ImagePixels, value.ImagePixels);
        if (value.ImageWidthPixels is { } width)
            writer.WriteNumber(ImageWidthPixels, width);

        writer.WriteString(Resize, value.Resize.ToString());
        writer.WriteNumber(ResizePixels, value.ResizePixels);
        writer.WriteString(CropRounding, value.CropRounding.ToString());
        writer.WriteString(Interpolation, value.Interpolation.ToString());
        Write(writer, Mean, value.Mean);
        Write(writer, StandardDeviation, value.StandardDeviation);
        if (value.Channels is { } channels)
            Write(writer, channels);
        if (value.SampleRange is { } range)
            Write(writer, range);

        writer.WriteEndObject();
    }

    private static PreprocessingSpec Read(JsonMembers members) => new()
    {
        ImagePixels = members.Integer(ImagePixels),
        ImageWidthPixels = members.OptionalInteger(ImageWidthPixels),
        Resize = members.Choice<ResizeMode>(Resize, Defaults.Resize),
        ResizePixels = members.Integer(ResizePixels),
        CropRounding = members.Choice<CropRounding>(CropRounding, Defaults.CropRounding),
        Interpolation = members.Choice<Interpolation>(Interpolation, Defaults.Interpolation),
        Mean = members.Object(Mean, ReadTriple, Defaults.Mean),
        StandardDeviation = members.Object(StandardDeviation, ReadTriple, Defaults.StandardDeviation),
        Channels = members.OptionalObject(Channels, ReadChannels),
        SampleRange = members.OptionalObject(SampleRange, ReadRange),
    };

    private static RgbTriple ReadTriple(JsonMembers members) => new(members.Single(Red), members.Single(Green), members.Single(Blue));

    private static ChannelNormalization ReadChannels(JsonMembers members) => new()
    {
        Mean = members.Singles(Mean),
        StandardDeviation = members.Singles(StandardDeviation),
    };

    private static SampleRange ReadRange(JsonMembers members) => new()
    {
        Kind = members.Choice<SampleRangeKind>(Kind),
        Low = members.Number(Low),
        High = members.Number(High),
    };

    private static void Write(Utf8JsonWriter writer, string name, RgbTriple value)
    {
        writer.WriteStartObject(name);
        writer.WriteAnyNumber(Red, value.Red);
        writer.WriteAnyNumber(Green, value.Green);
        writer.WriteAnyNumber(Blue, value.Blue);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ChannelNormalization value)
    {
        writer.WriteStartObject(Channels);
        writer.WriteAnyNumbers(Mean, value.Mean);
        writer.WriteAnyNumbers(StandardDeviation, value.StandardDeviation);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SampleRange value)
    {
        writer.WriteStartObject(SampleRange);
        writer.WriteString(Kind, value.Kind.ToString());
        writer.WriteAnyNumber(Low, value.Low);
        writer.WriteAnyNumber(High, value.High);
        writer.WriteEndObject();
    }
}
