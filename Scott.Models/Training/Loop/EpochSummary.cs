using System.Text.Json.Nodes;

namespace Scott.Models.Training;

/// <summary>What is known about an epoch, counted from 1, before its networks are evaluated. The speed includes loading, and the time elapsed the
/// preparation.</summary>
internal sealed record EpochSummary(
    int Epoch, long Steps, TrainingPlan Plan, EpochSums Sums, double ImagesPerSecond, TimeSpan Elapsed, TimeSpan Preparation, int UnreadableImages)
{
    /// <summary>The share of the run that is done, 0 to 1.</summary>
    public double Done => (double)Steps / Plan.TotalSteps;
    public bool IsLast => Steps == Plan.TotalSteps;

    /// <summary>Adds the figures that all kinds of training share to a method's record, which comes after <paramref name="history"/>.</summary>
    public TRecord Complete<TRecord>(TRecord record, IReadOnlyList<TRecord> history)
        where TRecord : TrainingRecord => record with
        {
            Epoch = Epoch,
            Steps = Steps,
            Loss = Sums.Loss / Sums.Steps,
            LearningRate = Plan.LearningRate(Steps),
            WeightDecay = Plan.WeightDecay(Steps),
            ImagesPerSecond = ImagesPerSecond,
            ElapsedSeconds = Elapsed.TotalSeconds,
            RemainingSeconds = TimeLeft.Estimate(
                [.. history.Select(past => (past.Steps, past.ElapsedSeconds)), (Steps, Elapsed.TotalSeconds)], Plan.TotalSteps,
                Preparation.TotalSeconds),
            UnreadableImages = UnreadableImages,
        };
}

/// <summary>The sums of an epoch's steps so far. Part of a checkpoint, so that a run that stops within an epoch records all of it.</summary>
internal sealed record EpochSums
{
    private static readonly string[] PretrainingFigures =
        [nameof(GradientNorms.Tokenizer), nameof(GradientNorms.Transformer), nameof(GradientNorms.Predictor), nameof(GradientNorms.MaskToken)];

    private static readonly string[] FineTuningFigures =
        [nameof(FineTuningRecord.BackboneGradient), nameof(FineTuningRecord.HeadGradient), nameof(FineTuningRecord.TrainingTop1)];

    public int Steps { get; init; }
    public double Loss { get; init; }
    /// <summary>The sum of each figure of <see cref="StepResult.Figures"/>; empty before the first step.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();
    /// <summary>The time of the steps, loading included.</summary>
    public double Seconds { get; init; }

    public EpochSums Add(StepResult result, TimeSpan time) => new()
    {
        Steps = Steps + 1,
        Loss = Loss + result.Loss,
        Figures = result.Figures.ToDictionary(figure => figure.Key, figure => figure.Value + Figures.GetValueOrDefault(figure.Key)),
        Seconds = Seconds + time.TotalSeconds,
    };

    public double Mean(string figure) => Figures[figure] / Steps;

    /// <summary>Names the sums in the JSON of an earlier version, which kept a list: four of pre-training, three of fine-tuning.</summary>
    public static void NameFigures(JsonNode? sums)
    {
        if (sums?["figures"] is JsonArray unnamed)
        {
            string[] names = unnamed.Count == PretrainingFigures.Length ? PretrainingFigures : FineTuningFigures;
            sums["figures"] = new JsonObject(names.Zip(unnamed, (name, sum) => KeyValuePair.Create(name, sum?.DeepClone())));
        }
    }
}
