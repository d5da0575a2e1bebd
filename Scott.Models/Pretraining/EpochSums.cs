namespace Scott.Models.Pretraining;

/// <summary>What an epoch's steps add up to so far. Part of a checkpoint, so that a run stopped within an epoch records the whole of it.</summary>
internal sealed record EpochSums
{
    public int Steps { get; init; }

    public double Loss { get; init; }

    public double Tokenizer { get; init; }

    public double Transformer { get; init; }

    public double Predictor { get; init; }

    public double MaskToken { get; init; }

    /// <summary>The time that the steps took, loading included.</summary>
    public double Seconds { get; init; }

    public double MeanLoss => Loss / Steps;

    public GradientNorms MeanGradients => new(Tokenizer / Steps, Transformer / Steps, Predictor / Steps, MaskToken / Steps);

    /// <summary>The same with one more step.</summary>
    public EpochSums Add(double loss, GradientNorms norms, TimeSpan time) => new()
    {
        Steps = Steps + 1,
        Loss = Loss + loss,
        Tokenizer = Tokenizer + norms.Tokenizer,
        Transformer = Transformer + norms.Transformer,
        Predictor = Predictor + norms.Predictor,
        MaskToken = MaskToken + norms.MaskToken,
        Seconds = Seconds + time.TotalSeconds,
    };
}
