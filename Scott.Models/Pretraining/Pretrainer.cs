using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Scott.Models.Common;
using Scott.Models.Data;
using Scott.Models.Errors;
using Scott.Models.Imaging.Augmentation;
using Scott.Models.Masking;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Pretraining;

/// <summary>
/// Carries out a run of MIM-JEPA pre-training: epochs of steps, a record of each epoch, checkpoints, and going on from one. A run that was stopped
/// at any moment ends in the same bits as one that was not, on the CPU with the same number of threads.
/// </summary>
/// <remarks>Every draw follows from the seed and the step's number, so that a checkpoint holds no random state.</remarks>
internal sealed partial class Pretrainer
{
    private const string MetricsFile = "metrics.jsonl";

    private readonly ModelSnapshot _model;
    private readonly IImageDataset _dataset;
    private readonly PretrainingOptions _options;
    private readonly AugmentationSpec _augmentation;
    private readonly PretrainingRunOptions _run;
    private readonly ILogger _logger;
    private readonly string _identity;
    private readonly List<EpochRecord> _history = [];
    private readonly CheckpointStore? _store;
    private string? _lastCheckpoint;

    public Pretrainer(
        ModelSnapshot model, IImageDataset dataset, PretrainingOptions options, AugmentationSpec augmentation, PretrainingRunOptions run, ILogger logger)
    {
        options.Validate();
        augmentation.Validate();
        run.Validate();
        _model = model;
        _dataset = dataset;
        _options = options;
        _augmentation = augmentation;
        _run = run;
        _logger = logger;
        _identity = new RunIdentity(model.Architecture, model.Preprocessing, options, augmentation, dataset.Count).ToJson();
        _store = run.CheckpointFolder is { } folder ? new CheckpointStore(folder, run.KeptCheckpoints) : null;
    }

    /// <summary>The epochs' records so far.</summary>
    public IReadOnlyList<EpochRecord> History => _history;

    /// <summary>Trains to the end, from the newest checkpoint if there is one.</summary>
    /// <returns>The context encoder's weights.</returns>
    public async Task<WeightSet> RunAsync(IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        PretrainingLoader loader = CreateLoader();
        var plan = new PretrainingPlan(_options, Math.Max(1, loader.BatchesPerEpoch / _options.AccumulatedBatches));
        if (loader.BatchesPerEpoch < _options.AccumulatedBatches)
        {
            throw new DatasetException(
                _dataset.NameOf(0), $"an epoch has {loader.BatchesPerEpoch} batches, and a step gathers {_options.AccumulatedBatches}. Gather fewer, or make batches smaller.");
        }

        HealthProbe probe = await HealthProbe.CreateAsync(_dataset, _model.Preprocessing, _run.Decoding, _run.HealthPictures, cancellationToken).ConfigureAwait(false);
        using JepaStep step = CreateStep();
        await ResumeAsync(step, cancellationToken).ConfigureAwait(false);
        try
        {
            await TrainAsync(step, loader, plan, probe, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (step.Steps > 0)
        {
            // What was learned is kept, whatever the caller's token says by now.
            await SaveAsync(step, plan, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return step.Context.ToWeightSet();
    }

    private async Task TrainAsync(
        JepaStep step, PretrainingLoader loader, PretrainingPlan plan, HealthProbe probe, IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        long first = step.Steps;
        long started = Stopwatch.GetTimestamp();
        long saved = started;
        while (step.Steps < plan.TotalSteps)
        {
            int epoch = (int)(step.Steps / plan.StepsPerEpoch);
            var sums = new EpochSums();
            int firstBatch = (int)(step.Steps % plan.StepsPerEpoch) * _options.AccumulatedBatches;
            await foreach (StepResult result in StepsAsync(step, loader, plan, epoch, firstBatch, cancellationToken).ConfigureAwait(false))
            {
                sums.Add(result);
                bool isLast = step.Steps % plan.StepsPerEpoch == 0;
                EpochRecord? record = isLast ? Record(epoch, step, plan, probe, sums) : null;
                progress?.Report(Progress(step, plan, epoch, result.Loss, first, Stopwatch.GetElapsedTime(started), record));
                if (record is not null)
                {
                    await WriteMetricsAsync(cancellationToken).ConfigureAwait(false);
                }

                if (step.Steps == plan.TotalSteps || Stopwatch.GetElapsedTime(saved) >= _run.CheckpointInterval)
                {
                    await SaveAsync(step, plan, cancellationToken).ConfigureAwait(false);
                    saved = Stopwatch.GetTimestamp();
                }

                if (isLast)
                {
                    break;
                }
            }
        }
    }

    /// <summary>The optimizer steps of an epoch, from a batch on.</summary>
    private async IAsyncEnumerable<StepResult> StepsAsync(
        JepaStep step,
        PretrainingLoader loader,
        PretrainingPlan plan,
        int epoch,
        int firstBatch,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int gathered = 0;
        double loss = 0;
        step.ClearGradients();
        await foreach (PretrainingBatch batch in loader.ReadEpochAsync(epoch, firstBatch, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                // Batches made ahead come without a look at the token.
                cancellationToken.ThrowIfCancellationRequested();
                loss += Gather(step, batch, gathered) / _options.AccumulatedBatches;
                if (!double.IsFinite(loss))
                {
                    throw new TrainingDivergedException(step.Steps + 1, loss, [.. batch.Names], _lastCheckpoint);
                }
            }

            gathered++;
            if (gathered == _options.AccumulatedBatches)
            {
                yield return new StepResult(loss, Update(step, plan));
                (gathered, loss) = (0, 0);
            }
        }
    }

    private double Gather(JepaStep step, PretrainingBatch batch, int part)
    {
        if (part == 0)
        {
            // Dropout and stochastic depth draw from torch's own source: begun anew for each step, it needs no place in a checkpoint.
            var random = new DeterministicRandom(unchecked((ulong)_options.Seed), FormattableString.Invariant($"torch/{step.Steps}"));
            manual_seed(unchecked((long)(random.NextUInt64() >> 1))).Dispose();
        }

        using DisposeScope scope = NewDisposeScope();
        int side = _model.Architecture.ImagePixels;
        Device device = step.Context.Device;
        Tensor target = frombuffer(batch.Target, ScalarType.Float32).view(batch.Count, 3, side, side).to(device);
        Tensor context = frombuffer(batch.Context, ScalarType.Float32).view(batch.Count, 3, side, side).to(device);
        Tensor keep = tensor(batch.Keep).view(batch.Count, _model.Architecture.Patches).to(device);
        return step.Accumulate(target, context, keep, 1.0 / _options.AccumulatedBatches);
    }

    private GradientNorms Update(JepaStep step, PretrainingPlan plan)
    {
        GradientNorms norms = step.MeasureGradients();
        if (_options.MaximumGradientNorm is { } maximum)
        {
            step.ShortenGradients(norms.Total, maximum);
        }

        long number = step.Steps + 1;
        step.Update(plan.LearningRate(number), plan.WeightDecay(number), plan.Momentum(number));
        return norms;
    }

    private EpochRecord Record(int epoch, JepaStep step, PretrainingPlan plan, HealthProbe probe, EpochSums sums)
    {
        double imagesPerSecond = sums.Steps * (double)_options.BatchSize * _options.AccumulatedBatches / sums.Elapsed.TotalSeconds;
        Evaluation.FeatureHealth health = probe.Measure(step);
        GradientNorms first = _history.Count > 0 ? _history[0].Gradients : sums.Gradients;
        var record = new EpochRecord(
            epoch + 1, step.Steps, sums.Loss, plan.LearningRate(step.Steps), health, sums.Gradients, imagesPerSecond, HealthWatch.Warnings(health, sums.Gradients, first));
        _history.Add(record);
        foreach (string warning in record.Warnings)
        {
            LogWarning(_logger, record.Epoch, warning);
        }

        return record;
    }

    private PretrainingProgress Progress(JepaStep step, PretrainingPlan plan, int epoch, double loss, long first, TimeSpan elapsed, EpochRecord? record)
    {
        long done = step.Steps - first;
        double perSecond = done * (double)_options.BatchSize * _options.AccumulatedBatches / elapsed.TotalSeconds;
        return new PretrainingProgress(
            step.Steps, plan.TotalSteps, epoch + 1, _options.Epochs, loss, perSecond, elapsed * ((double)(plan.TotalSteps - step.Steps) / done), record);
    }

    private PretrainingLoader CreateLoader() => new(
        _dataset,
        new TwoViewTransform(_augmentation, _model.Preprocessing),
        new KeepMaskSampler(_options.MaskKind, _model.Architecture.GridSide, _options.HiddenRatio),
        _model.Architecture.Patches,
        new LoaderOptions
        {
            BatchSize = _options.BatchSize,
            Seed = _options.Seed,
            Workers = _run.Workers,
            CacheBytes = _run.CacheBytes,
            FailsOnUnreadable = _run.FailOnUnreadable,
            Decoding = _run.Decoding,
        },
        (name, exception) => LogUnreadable(_logger, name, exception));

    private JepaStep CreateStep() => new(
        _model.Architecture,
        _options.PredictorDepth,
        _model.Weights,
        BackboneLayout.Initialize(BackboneLayout.Predictor(_model.Architecture, _options.PredictorDepth), _options.Seed),
        _run.Device);

    private async Task ResumeAsync(JepaStep step, CancellationToken cancellationToken)
    {
        if (_store is null || await _store.ReadNewestAsync(message => LogDamaged(_logger, message), cancellationToken).ConfigureAwait(false) is not { } checkpoint)
        {
            return;
        }

        IReadOnlyList<string> changed = RunIdentity.Differences(checkpoint.Options, _identity);
        if (changed.Count > 0 && !_run.AllowChangedOptions)
        {
            throw new CheckpointException(
                _store.Folder, $"it was begun with other settings: {string.Join("; ", changed)}. Set them back, choose another folder, or set AllowChangedOptions.");
        }

        foreach (string change in changed)
        {
            LogChanged(_logger, change);
        }

        step.Restore(checkpoint.State, checkpoint.Steps);
        _history.AddRange(JsonSerializer.Deserialize(checkpoint.History, PretrainingJsonContext.Default.ListEpochRecord)!);
        LogResumed(_logger, checkpoint.Steps, _store.Folder);
    }

    private async Task SaveAsync(JepaStep step, PretrainingPlan plan, CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return;
        }

        string history = JsonSerializer.Serialize(_history, PretrainingJsonContext.Default.ListEpochRecord);
        var checkpoint = new PretrainingCheckpoint(step.Steps, (int)(step.Steps / plan.StepsPerEpoch), _identity, history, step.Export());
        _lastCheckpoint = await _store.SaveAsync(checkpoint, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One line of JSON for each epoch, written anew each time, so that a resumed run's file has no epoch twice.</summary>
    private async Task WriteMetricsAsync(CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return;
        }

        string lines = string.Concat(_history.Select(record => JsonSerializer.Serialize(record, PretrainingJsonContext.Default.EpochRecord) + "\n"));
        await AtomicFile.WriteAsync(
            Path.Combine(_store.Folder, MetricsFile),
            (stream, token) => stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(lines), token).AsTask(),
            cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Name}' cannot be read; the next picture takes its place.")]
    private static partial void LogUnreadable(ILogger logger, string name, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    private static partial void LogDamaged(ILogger logger, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Going on with a changed setting: {Change}.")]
    private static partial void LogChanged(ILogger logger, string change);

    [LoggerMessage(Level = LogLevel.Information, Message = "Going on from step {Steps} in '{Folder}'.")]
    private static partial void LogResumed(ILogger logger, long steps, string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Epoch {Epoch}: {Warning}")]
    private static partial void LogWarning(ILogger logger, int epoch, string warning);

    private readonly record struct StepResult(double Loss, GradientNorms Gradients);

    /// <summary>Gathers an epoch's means.</summary>
    private sealed class EpochSums
    {
        private readonly long _started = Stopwatch.GetTimestamp();
        private double _loss;
        private double _tokenizer;
        private double _transformer;
        private double _predictor;

        public int Steps { get; private set; }

        public double Loss => _loss / Steps;

        public GradientNorms Gradients => new(_tokenizer / Steps, _transformer / Steps, _predictor / Steps);

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

        public void Add(StepResult result)
        {
            Steps++;
            _loss += result.Loss;
            _tokenizer += result.Gradients.Tokenizer;
            _transformer += result.Gradients.Transformer;
            _predictor += result.Gradients.Predictor;
        }
    }
}
