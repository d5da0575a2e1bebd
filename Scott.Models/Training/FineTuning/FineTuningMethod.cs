using System.Text.Json.Serialization.Metadata;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What a fine-tuning run trains and how it is examined. Owns nothing.</summary>
/// <param name="request">The run.</param>
/// <param name="identity">Its settings, as JSON.</param>
/// <param name="runner">Of the step.</param>
/// <param name="step">The classifier.</param>
/// <param name="probe">The validation images.</param>
internal sealed class FineTuningMethod(FineTuningRequest request, string identity, IStepRunner runner, ClassifierStep step, ClassifierProbe probe)
    : ITrainingMethod<FineTuningRecord>
{
    public IStepRunner Runner => runner;

    public JsonTypeInfo<FineTuningRecord> RecordFormat => FineTuningJsonContext.Default.FineTuningRecord;

    public JsonTypeInfo<List<FineTuningRecord>> HistoryFormat => FineTuningJsonContext.Default.ListFineTuningRecord;

    public async Task<FineTuningRecord> ExamineAsync(EpochSummary summary, IReadOnlyList<FineTuningRecord> history, CancellationToken cancellationToken)
    {
        (ClassificationMetrics metrics, double loss, FeatureHealth health) = await probe.MeasureAsync(step, cancellationToken).ConfigureAwait(true);
        (double backbone, double head) = (summary.Sums.Mean(0), summary.Sums.Mean(1));
        var figures = new ValidationFigures(loss, metrics.Top1, metrics.Top5, metrics.MeanPerClassTop1, metrics.CalibrationError, metrics.Images);
        return new FineTuningRecord
        {
            Epoch = summary.Epoch,
            Steps = summary.Steps,
            Loss = summary.Sums.MeanLoss,
            LearningRate = summary.Plan.LearningRate(summary.Steps),
            WeightDecay = summary.Plan.WeightDecay(summary.Steps),
            TrainingTop1 = summary.Sums.Mean(2),
            Validation = figures,
            Health = health,
            BackboneGradient = backbone,
            HeadGradient = head,
            ImagesPerSecond = summary.ImagesPerSecond,
            ElapsedSeconds = summary.Elapsed.TotalSeconds,
            RemainingSeconds = summary.Remaining.TotalSeconds,
            UnreadableImages = summary.UnreadableImages,
            Warnings = FineTuningWatch.Warnings(figures, health, backbone + head, history, metrics.Confusion.ClassNames.Count, summary.Done),
        };
    }

    public double? Watched(FineTuningRecord record) => request.Options.Watched switch
    {
        ValidationFigure.MeanPerClassTop1 => record.Validation.MeanPerClassTop1,
        ValidationFigure.Loss => -record.Validation.Loss,
        _ => record.Validation.Top1,
    };

    public WeightSet Product() => step.Product();

    public TrainingReport Report(RunStatus<FineTuningRecord> status) => FineTuningReport.Build(request, identity, status);

    public IEnumerable<(string Tag, double Value, long Step)> Scalars(IReadOnlyList<FineTuningRecord> history) => FineTuningReport.Figures.Scalars(history);
}
