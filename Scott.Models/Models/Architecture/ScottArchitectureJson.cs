using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>The JSON form of an architecture: reads and writes it.</summary>
internal sealed class ScottArchitectureJson : JsonConverter<ScottArchitecture>
{
    private const string Tokenizer = "tokenizer";
    private const string ImagePixels = "imagePixels";
    private const string ImageWidthPixels = "imageWidthPixels";
    private const string ImageChannels = "imageChannels";
    private const string PatchPixels = "patchPixels";
    private const string EmbeddingWidth = "embeddingWidth";
    private const string Depth = "depth";
    private const string Heads = "heads";
    private const string FeedForward = "feedForward";
    private const string MlpRatio = "mlpRatio";
    private const string StandardVit = "standardVit";
    private const string RegisterTokens = "registerTokens";
    private const string DropoutRate = "dropoutRate";
    private const string AttentionDropoutRate = "attentionDropoutRate";
    private const string StochasticDepthRate = "stochasticDepthRate";
    private const string FeedForwardWidth = "feedForwardWidth";
    private const string HasClassToken = "hasClassToken";
    private const string HasLayerScale = "hasLayerScale";
    private const string HasQueryKeyValueBias = "hasQueryKeyValueBias";
    private const string NormEpsilon = "normEpsilon";
    private const string PositionResampling = "positionResampling";

    private static readonly ScottArchitecture Defaults = new();
    private static readonly StandardVit VitDefaults = new();

    public static string Write(ScottArchitecture value) => JsonNumbers.ToText(writer => Write(writer, value));

    public static ScottArchitecture Read(string json) => JsonMembers.Parse(json, ignoresOthers: false, Read);

    public override ScottArchitecture Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonMembers.Read(ref reader, options.UnmappedMemberHandling == JsonUnmappedMemberHandling.Skip, Read);

    public override void Write(Utf8JsonWriter writer, ScottArchitecture value, JsonSerializerOptions options) => Write(writer, value);

    private static void Write(Utf8JsonWriter writer, ScottArchitecture value)
    {
        writer.WriteStartObject();
        writer.WriteString(Tokenizer, value.Tokenizer.ToString());
        writer.WriteNumber(ImagePixels, value.ImagePixels);
        if (value.ImageWidthPixels is { } width)
            writer.WriteNumber(ImageWidthPixels, width);
        if (value.ImageChannels is { } channels)
            writer.WriteNumber(ImageChannels, channels);

        writer.WriteNumber(PatchPixels, value.PatchPixels);
        writer.WriteNumber(EmbeddingWidth, value.EmbeddingWidth);
        writer.WriteNumber(Depth, value.Depth);
        writer.WriteNumber(Heads, value.Heads);
        writer.WriteString(FeedForward, value.FeedForward.ToString());
        writer.WriteAnyNumber(MlpRatio, value.MlpRatio);
        if (value.StandardVit is { } vit)
            Write(writer, vit);

        writer.WriteNumber(RegisterTokens, value.RegisterTokens);
        writer.WriteAnyNumber(DropoutRate, value.DropoutRate);
        writer.WriteAnyNumber(AttentionDropoutRate, value.AttentionDropoutRate);
        writer.WriteAnyNumber(StochasticDepthRate, value.StochasticDepthRate);
        writer.WriteEndObject();
    }

    private static ScottArchitecture Read(JsonMembers members) => new()
    {
        Tokenizer = members.Choice<TokenizerKind>(Tokenizer),
        ImagePixels = members.Integer(ImagePixels),
        ImageWidthPixels = members.OptionalInteger(ImageWidthPixels),
        ImageChannels = members.OptionalInteger(ImageChannels),
        PatchPixels = members.Integer(PatchPixels),
        EmbeddingWidth = members.Integer(EmbeddingWidth),
        Depth = members.Integer(Depth),
        Heads = members.Integer(Heads),
        FeedForward = members.Choice<FeedForwardKind>(FeedForward),
        MlpRatio = members.Number(MlpRatio, Defaults.MlpRatio),
        StandardVit = members.OptionalObject(StandardVit, ReadVit),
        RegisterTokens = members.Integer(RegisterTokens, Defaults.RegisterTokens),
        DropoutRate = members.Number(DropoutRate, Defaults.DropoutRate),
        AttentionDropoutRate = members.Number(AttentionDropoutRate, Defaults.AttentionDropoutRate),
        StochasticDepthRate = members.Number(StochasticDepthRate, Defaults.StochasticDepthRate),
    };

    private static StandardVit ReadVit(JsonMembers members) => new()
    {
        FeedForwardWidth = members.Integer(FeedForwardWidth),
        HasClassToken = members.Flag(HasClassToken, VitDefaults.HasClassToken),
        HasLayerScale = members.Flag(HasLayerScale, VitDefaults.HasLayerScale),
        HasQueryKeyValueBias = members.Flag(HasQueryKeyValueBias, VitDefaults.HasQueryKeyValueBias),
        NormEpsilon = members.Number(NormEpsilon, VitDefaults.NormEpsilon),
        PositionResampling = members.Choice<PositionResampling>(PositionResampling, VitDefaults.PositionResampling),
    };

    private static void Write(Utf8JsonWriter writer, StandardVit value)
    {
        writer.WriteStartObject(StandardVit);
        writer.WriteNumber(FeedForwardWidth, value.FeedForwardWidth);
        writer.WriteBoolean(HasClassToken, value.HasClassToken);
        writer.WriteBoolean(HasLayerScale, value.HasLayerScale);
        writer.WriteBoolean(HasQueryKeyValueBias, value.HasQueryKeyValueBias);
        writer.WriteAnyNumber(NormEpsilon, value.NormEpsilon);
        writer.WriteString(PositionResampling, value.PositionResampling.ToString());
        writer.WriteEndObject();
    }
}
