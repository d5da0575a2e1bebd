namespace Scott.Models.Onnx;

/// <summary>The names of a graph's inputs, outputs and metadata.</summary>
internal static class GraphNames
{
    public const string Images = "images";
    public const string Tokens = "tokens";
    public const string Embedding = "embedding";
    public const string Attention = "attention";

    public const string ModelIdKey = "scott.model_id";
    public const string ArchitectureKey = "scott.architecture";
    public const string PreprocessingKey = "scott.preprocessing";
    public const string LicenseKey = "scott.license";

    public static string Block(int block) => FormattableString.Invariant($"block_{block}");
}
