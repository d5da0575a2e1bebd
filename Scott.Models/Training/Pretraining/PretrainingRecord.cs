using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>The figures of one epoch of pre-training. A falling JEPA loss does not prove good features: see <see cref="Health"/>.</summary>
public sealed record PretrainingRecord : TrainingRecord, IFeatureRecord
{
    /// <summary>The momentum of the target encoder in the last step: the share of its weights that it kept, 0 to 1.</summary>
    public required double Momentum { get; init; }

    /// <summary>The health of the pooled features of the encoder that becomes the result, on some of the images, at the end of the epoch.</summary>
    public required FeatureHealth Health { get; init; }

    /// <summary>The gradient norms, mean over the epoch's steps.</summary>
    public required GradientNorms Gradients { get; init; }

    /// <summary>The accuracy of the frozen features on labeled images; <see langword="null"/> in an epoch without evaluation.</summary>
    public FrozenAccuracy? Accuracy { get; init; }
}

/// <summary>The length (Euclidean norm) of the gradients of each network.</summary>
/// <param name="Tokenizer">The context encoder's tokenizer.</param>
/// <param name="Transformer">The context encoder's transformer.</param>
/// <param name="Predictor">The predictor.</param>
/// <param name="MaskToken">The vector that stands for a hidden patch; it is a part of the transformer.</param>
public readonly record struct GradientNorms(double Tokenizer, double Transformer, double Predictor, double MaskToken)
{
    /// <summary>The length of all gradients together.</summary>
    public double Total => Math.Sqrt((Tokenizer * Tokenizer) + (Transformer * Transformer) + (Predictor * Predictor));

    /// <summary>As <see cref="StepResult.Figures"/>.</summary>
    internal Dictionary<string, double> ToFigures() => new()
    {
        [nameof(Tokenizer)] = Tokenizer,
        [nameof(Transformer)] = Transformer,
        [nameof(Predictor)] = Predictor,
        [nameof(MaskToken)] = MaskToken,
    };

    /// <summary>The means of an epoch whose steps reported <see cref="ToFigures"/>.</summary>
    internal static GradientNorms Mean(EpochSums sums) =>
        new(sums.Mean(nameof(Tokenizer)), sums.Mean(nameof(Transformer)), sums.Mean(nameof(Predictor)), sums.Mean(nameof(MaskToken)));
}
