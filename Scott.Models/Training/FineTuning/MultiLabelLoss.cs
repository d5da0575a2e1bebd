using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Binary cross-entropy of each label, with a weight for the images that have it, or none if all count the same.</summary>
/// <remarks>Smoothing is the share of a wanted 0 or 1 that is replaced by ½, in [0, 1).</remarks>
internal sealed class MultiLabelLoss(int labels, double smoothing, float[]? weights) : IClassifierLoss
{
    /// <summary>The highest weight: with more, a label of a few images would decide every step.</summary>
    public const float HighestWeight = 100;

    public Tensor Wanted(LabeledBatch batch, Device device) => Smooth(tensor(batch.LabelRows, [batch.Count, labels], device: device));

    /// <summary>Labels [B, C], 0 or 1 → the same, nearer to ½.</summary>
    public Tensor Smooth(Tensor rows) => smoothing > 0 ? rows.Times(1 - smoothing).Plus(smoothing / 2) : rows;

    /// <summary>Logits [B, C] and wanted labels [B, C] → a scalar ≥ 0: the mean over images and labels of −w·y·ln σ(x) − (1 − y)·ln(1 −
    /// σ(x)).</summary>
    public Tensor Compute(Tensor logits, Tensor wanted)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? positive = weights is null ? null : tensor(weights, device: wanted.device);
        return nn.functional.binary_cross_entropy_with_logits(logits.to_type(ScalarType.Float32), wanted, pos_weights: positive)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The most likely label is wanted, more than half in an image that is mixed from others.</summary>
    public int CountRight(Tensor logits, Tensor wanted)
    {
        Tensor ofLikeliest = wanted.gather(1, logits.argmax(1, keepdim: true));
        return (int)ofLikeliest.IsBelow(0.5).logical_not().sum().item<long>();
    }

    /// <summary>The weight of each label: how many images lack it for each that has it, from 1 to <see cref="HighestWeight"/>.</summary>
    /// <remarks>King and Zeng, "Logistic regression in rare events data", 2001, section 4.2, up to a factor that all weights of a label
    /// share.</remarks>
    public static float[] Balance(IReadOnlyList<int> counts, int images) =>
        [.. counts.Select(count => Math.Clamp((float)(images - count) / count, 1, HighestWeight))];
}
