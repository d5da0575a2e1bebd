namespace Scott.Models.Onnx;

/// <summary>The names of a graph's inputs, outputs and metadata.</summary>
internal static class GraphNames
{
    public const string Images = "images";
    public const string Tokens = "tokens";
    public const string Embedding = "embedding";
    public const string Attention = "attention";
    public const string Logits = "logits";
    public const string Probabilities = "probabilities";

    public const string ModelIdKey = "scott.model_id";
    public const string ArchitectureKey = "scott.architecture";
    public const string PreprocessingKey = "scott.preprocessing";
    public const string LicenseKey = "scott.license";

    /// <summary>A JSON array of the classes' names, in the order of the logits.</summary>
    public const string ClassNamesKey = "scott.class_names";

    public static string Block(int block) => FormattableString.Invariant($"block_{block}");

    /// <summary>The names of outputs, in the order in which a graph has them.</summary>
    public static IEnumerable<string> Of(GraphOutputs outputs) =>
        new (GraphOutputs Output, string Name)[]
        {
            (GraphOutputs.Tokens, Tokens),
            (GraphOutputs.Embedding, Embedding),
            (GraphOutputs.Logits, Logits),
            (GraphOutputs.Probabilities, Probabilities),
            (GraphOutputs.Attention, Attention),
        }
        .Where(entry => outputs.HasFlag(entry.Output))
        .Select(entry => entry.Name);
}
