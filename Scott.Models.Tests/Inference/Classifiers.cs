using Scott.Models.Weights;

namespace Scott.Models.Tests.Inference;

/// <summary>Small classifiers, not trained. Every weight of the head is noise: biases of 0 and scales of 1 would hide that one is not used.</summary>
internal static class Classifiers
{
    public static IReadOnlyList<string> ClassNames { get; } = ["daisy", "rosé", "\"quoted\"", "tulip", "iris", "lily"];

    public static ScottClassifier Create(ClassifierHead head, ScottArchitecture? architecture = null, IReadOnlyList<float>? thresholds = null)
    {
        ScottModel model = ScottModel.Create(architecture ?? Architectures.Tiny, seed: 4);
        var random = new Random(8);
        var weights = new WeightSet(HeadLayout.Of(head, model.Architecture.EmbeddingWidth, ClassNames.Count).Select(spec =>
            WeightTensor.Create(spec.Name, spec.Shape, [.. Enumerable.Range(0, spec.ElementCount).Select(_ => (float)(random.NextDouble() - 0.5))])));
        return new ScottClassifier(model, head, weights, ClassNames, thresholds);
    }
}
