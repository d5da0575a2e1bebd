using Scott.Models.Configuration;

namespace Scott.Models.Weights;

/// <summary>A classifier's head, for the folders that compute with one and stand below <c>ScottClassifier</c>.</summary>
/// <param name="Kind">What turns tokens into classes.</param>
/// <param name="Weights">As <see cref="HeadLayout.Of"/> names them.</param>
/// <param name="ClassNames">In the order of the logits.</param>
internal sealed record HeadSnapshot(ClassifierHead Kind, WeightSet Weights, IReadOnlyList<string> ClassNames);
