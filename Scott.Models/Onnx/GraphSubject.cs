using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>What a graph is made of: a backbone, and a head if it is to classify.</summary>
/// <param name="Model">The backbone.</param>
/// <param name="Head">The head, or <see langword="null"/> for tokens and embedding.</param>
internal sealed record GraphSubject(ModelSnapshot Model, HeadSnapshot? Head)
{
    /// <summary>The outputs that a file of it has, in their order.</summary>
    public GraphOutputs Outputs => Head is null ? GraphOutputs.Tokens | GraphOutputs.Embedding : GraphOutputs.Logits | GraphOutputs.Probabilities;
}
