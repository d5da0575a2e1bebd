using Scott.Models.Configuration;

namespace Scott.Models.Weights;

/// <summary>A classifier's parts, for the folders that compute with one and stand below <c>ScottClassifier</c>.</summary>
/// <param name="Model">The backbone.</param>
/// <param name="Head">What turns its tokens into classes.</param>
/// <param name="HeadWeights">The head's, as <see cref="HeadLayout.Of"/> names them.</param>
/// <param name="ClassNames">In the order of the logits.</param>
internal sealed record ClassifierSnapshot(ModelSnapshot Model, ClassifierHead Head, WeightSet HeadWeights, IReadOnlyList<string> ClassNames);
