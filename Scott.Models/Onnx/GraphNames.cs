namespace Scott.Models.Onnx;

/// <summary>The names of a graph's inputs and outputs.</summary>
internal static class GraphNames
{
    public const string Images = "images";
    public const string Tokens = "tokens";
    public const string Embedding = "embedding";
    public const string Attention = "attention";
    public const string Logits = "logits";
    public const string Probabilities = "probabilities";

    public static string Block(int block) => FormattableString.Invariant($"block_{block}");

    /// <summary>An activation, in a graph that measures ranges.</summary>
    public static string Activation(string activation) => "activation/" + activation;
}
