using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Cross-entropy against labels that may be spread over C classes, with a weight for each class, or none if all count the same.</summary>
/// <remarks>Smoothing is the share of a label that is spread evenly over all classes, in [0, 1).</remarks>
internal sealed class ClassifierLoss(int classes, double smoothing, float[]? weights) : IClassifierLoss
{
    public Tensor Wanted(LabeledBatch batch, Device device) => Spread(tensor(batch.Labels, device: device));

    /// <summary>Labels [B] → [B, C], each row with sum 1.</summary>
    public Tensor Spread(Tensor labels) =>
        nn.functional.one_hot(labels, classes).to_type(ScalarType.Float32).Times(1 - smoothing).Plus(smoothing / classes);

    /// <summary>Logits [B, C] and wanted labels [B, C] → a scalar ≥ 0: the mean over images, each weighted by its class. The weights' mean over
    /// all images is 1, so the result does not depend on how a batch is cut.</summary>
    public Tensor Compute(Tensor logits, Tensor wanted)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weighed = weights is null ? wanted : wanted * tensor(weights, device: wanted.device);
        Tensor sum = (weighed * logits.to_type(ScalarType.Float32).log_softmax(1)).sum().neg();
        return (sum / tensor((float)logits.shape[0], device: wanted.device)).MoveToOuterDisposeScope();
    }

    /// <summary>The most likely class is the most wanted one.</summary>
    public int CountRight(Tensor logits, Tensor wanted) => (int)logits.argmax(1).eq(wanted.argmax(1)).sum().item<long>();

    /// <summary>Weights in inverse proportion to the numbers of images of the classes, each at least 1; their mean over images is 1.</summary>
    public static float[] Balance(IReadOnlyList<int> counts) =>
        [.. counts.Select(count => (float)((double)counts.Sum() / (counts.Count * (double)count)))];
}
