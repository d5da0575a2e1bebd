using Scott.Models.Data;
using Scott.Models.Evaluation;
using Scott.Models.Imaging;
using Scott.Models.Weights;

namespace Scott.Models.Pretraining;

/// <summary>At an epoch's end: examines the features, writes the record, keeps the weights if they are the best so far.</summary>
internal sealed class EpochRecorder
{
    private const string BestModelFile = "best.safetensors";

    private readonly PretrainingRequest _request;
    private readonly ImagePreprocessor _preprocessor;
    private readonly HealthProbe _health;
    private readonly PretrainingLoader _loader;
    private readonly RunRecords? _records;

    public EpochRecorder(PretrainingRequest request, ImagePreprocessor preprocessor, HealthProbe health, PretrainingLoader loader)
    {
        _request = request;
        _preprocessor = preprocessor;
        _health = health;
        _loader = loader;
        _records = request.Run.CheckpointFolder is { } folder ? new RunRecords(request, folder) : null;
    }

    /// <param name="epoch">From 1.</param>
    /// <param name="step">After the epoch's last step.</param>
    /// <param name="plan">The run's.</param>
    /// <param name="journal">Gets the record.</param>
    /// <param name="cancellationToken">Cancels the evaluation.</param>
    public async Task<EpochRecord> RecordAsync(int epoch, JepaStep step, PretrainingPlan plan, RunJournal journal, CancellationToken cancellationToken)
    {
        FeatureHealth health = _health.Measure(step);
        FrozenAccuracy? accuracy = _request.Probe is { } probe && probe.IsDue(epoch, isLast: step.Steps == plan.TotalSteps)
            ? await probe.MeasureAsync(step, _preprocessor, cancellationToken).ConfigureAwait(true)
            : null;
        EpochRecord record = Describe(epoch, step.Steps, plan, journal, health, accuracy);
        journal.EndEpoch(record);
        foreach (string warning in record.Warnings)
        {
            RunLog.Warning(_request.Logger, record.Epoch, warning);
        }

        await KeepIfBestAsync(step, record, journal, cancellationToken).ConfigureAwait(true);
        await WriteAsync(step, plan, journal, isRunning: step.Steps < plan.TotalSteps, cancellationToken).ConfigureAwait(true);
        return record;
    }

    /// <summary>Writes the records as they are, if the run has a folder.</summary>
    public async Task WriteAsync(JepaStep step, PretrainingPlan plan, RunJournal journal, bool isRunning, CancellationToken cancellationToken)
    {
        if (_records is not null)
        {
            await _records.WriteAsync(journal, step.Steps, plan, isRunning, cancellationToken).ConfigureAwait(true);
        }
    }

    /// <summary>Whether so many epochs have brought nothing better that the run is to end.</summary>
    public bool IsOutOfPatience(int epoch, RunJournal journal)
    {
        if (_request.Options.Patience is not { } patience || journal.Best is not { } best || epoch - best.Epoch < patience)
        {
            return false;
        }

        RunLog.OutOfPatience(_request.Logger, best.Epoch);
        return true;
    }

    private EpochRecord Describe(int epoch, long steps, PretrainingPlan plan, RunJournal journal, FeatureHealth health, FrozenAccuracy? accuracy)
    {
        EpochSums sums = journal.Epoch;
        PretrainingOptions options = _request.Options;
        double done = (double)steps / plan.TotalSteps;
        double elapsed = journal.Elapsed.TotalSeconds;
        GradientNorms first = journal.History.Count > 0 ? journal.History[0].Gradients : sums.MeanGradients;
        return new EpochRecord
        {
            Epoch = epoch,
            Steps = steps,
            Loss = sums.MeanLoss,
            LearningRate = plan.LearningRate(steps),
            WeightDecay = plan.WeightDecay(steps),
            Momentum = plan.Momentum(steps),
            Health = health,
            Gradients = sums.MeanGradients,
            Accuracy = accuracy,
            ImagesPerSecond = sums.Steps * (double)options.BatchSize * options.AccumulatedBatches / sums.Seconds,
            ElapsedSeconds = elapsed,
            RemainingSeconds = elapsed * (1 - done) / done,
            UnreadablePictures = _loader.UnreadableCount,
            Warnings = HealthWatch.Warnings(health, sums.MeanGradients, first, done),
        };
    }

    private async Task KeepIfBestAsync(JepaStep step, EpochRecord record, RunJournal journal, CancellationToken cancellationToken)
    {
        if (Watched(record) is not { } figure || figure <= journal.Best?.Figure)
        {
            return;
        }

        WeightSet weights = step.Context.ToWeightSet();
        journal.SetBest(new BestEpoch(record.Epoch, figure), weights);
        if (_request.Run.CheckpointFolder is { } folder)
        {
            await _request.SaveModelAsync(weights, record, Path.Combine(folder, BestModelFile), cancellationToken).ConfigureAwait(true);
        }
    }

    private double? Watched(EpochRecord record) => _request.Options.Watched switch
    {
        WatchedFigure.EffectiveRank => record.Health.EffectiveRank,
        WatchedFigure.NeighborAccuracy => record.Accuracy?.NeighborTop1,
        WatchedFigure.LinearAccuracy => record.Accuracy?.LinearTop1,
        _ => record.Accuracy?.NeighborTop1,
    };
}
