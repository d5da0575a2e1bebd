namespace Scott.Models.Pretraining;

/// <summary>How long the gradients of a step are (Euclidean norm), part by part.</summary>
/// <param name="Tokenizer">Of the context encoder's tokenizer.</param>
/// <param name="Transformer">Of the context encoder's transformer.</param>
/// <param name="Predictor">Of the predictor.</param>
public readonly record struct GradientNorms(double Tokenizer, double Transformer, double Predictor)
{
    /// <summary>Of all together.</summary>
    public double Total => Math.Sqrt((Tokenizer * Tokenizer) + (Transformer * Transformer) + (Predictor * Predictor));
}
