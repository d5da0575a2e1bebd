using System.Text.Json.Serialization.Metadata;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What a run of MIM-JEPA trains and how it is examined. Owns nothing.</summary>
/// <param name="request">The run.</param>
/// <param name="identity">Its settings, as JSON.</param>
/// <param name="runner">Of the step.</param>
/// <param name="step">The three networks.</param>
/// <param name="preprocessor">Of the model.</param>
/// <param name="health">The images to examine features on.</param>
internal sealed class PretrainingMethod(
    PretrainingRequest request,
    string identity,
    IStepRunner runner,
    JepaStep step,
    ImagePreprocessor preprocessor,
    HealthProbe health) : ITrainingMethod<PretrainingRecord>
{
    private readonly UnreadableOnce _unreadable = new(request.Logger);

    public IStepRunner Runner => runner;

    public JsonTypeInfo<PretrainingRecord> RecordFormat => PretrainingJsonContext.Default.PretrainingRecord;

    public JsonTypeInfo<List<PretrainingRecord>> HistoryFormat => PretrainingJsonContext.Default.ListPretrainingRecord;

    public async Task<PretrainingRecord> ExamineAsync(EpochSummary summary, IReadOnlyList<PretrainingRecord> history, CancellationToken cancellationToken)
    {
        FeatureHealth features = health.Measure(step);
        FrozenAccuracy? accuracy = request.Probe is { } probe && probe.IsDue(summary.Epoch, summary.IsLast)
            ? await probe.MeasureAsync(step, preprocessor, _unreadable, cancellationToken).ConfigureAwait(true)
            : null;
        GradientNorms gradients = GradientNorms.Mean(summary.Sums);
        return new PretrainingRecord
        {
            Epoch = summary.Epoch,
            Steps = summary.Steps,
            Loss = summary.Sums.MeanLoss,
            LearningRate = summary.Plan.LearningRate(summary.Steps),
            WeightDecay = summary.Plan.WeightDecay(summary.Steps),
            Momentum = summary.Plan.Momentum(summary.Steps),
            Health = features,
            Gradients = gradients,
            Accuracy = accuracy,
            ImagesPerSecond = summary.ImagesPerSecond,
            ElapsedSeconds = summary.Elapsed.TotalSeconds,
            RemainingSeconds = summary.Remaining.TotalSeconds,
            UnreadableImages = summary.UnreadableImages,
            Warnings = HealthWatch.Warnings(features, gradients, history.Count > 0 ? history[0].Gradients : gradients, summary.Done),
        };
    }

    public double? Watched(PretrainingRecord record) => request.Options.Watched switch
    {
        WatchedFigure.EffectiveRank => record.Health.EffectiveRank,
        WatchedFigure.LinearAccuracy => record.Accuracy?.LinearTop1,
        _ => record.Accuracy?.NeighborTop1,
    };

    /// <summary>The context encoder.</summary>
    public WeightSet Product() => step.Context.ToWeightSet();

    public TrainingReport Report(RunStatus<PretrainingRecord> status) => PretrainingReport.Build(request, identity, status);

    public IEnumerable<(string Tag, double Value, long Step)> Scalars(IReadOnlyList<PretrainingRecord> history) => PretrainingReport.Figures.Scalars(history);
}
