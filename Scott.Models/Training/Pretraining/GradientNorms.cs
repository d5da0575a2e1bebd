
namespace Scott.Models.Training;

/// <summary>How long the gradients of a step are (Euclidean norm), part by part.</summary>
/// <param name="Tokenizer">Of the context encoder's tokenizer.</param>
/// <param name="Transformer">Of the context encoder's transformer.</param>
/// <param name="Predictor">Of the predictor.</param>
/// <param name="MaskToken">Of the vector that stands for a hidden patch, which is part of the transformer.</param>
public readonly record struct GradientNorms(double Tokenizer, double Transformer, double Predictor, double MaskToken)
{
    /// <summary>Of all together.</summary>
    public double Total => Math.Sqrt((Tokenizer * Tokenizer) + (Transformer * Transformer) + (Predictor * Predictor));

    /// <summary>As a step reports them.</summary>
    internal double[] ToFigures() => [Tokenizer, Transformer, Predictor, MaskToken];

    /// <summary>The means of an epoch whose steps reported <see cref="ToFigures"/>.</summary>
    internal static GradientNorms Mean(EpochSums sums) => new(sums.Mean(0), sums.Mean(1), sums.Mean(2), sums.Mean(3));
}
