using System.Text.Json.Serialization.Metadata;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Distillation: what a run trains, and how it is evaluated. Owns the step and the teacher's features.</summary>
internal sealed class DistillationMethod(
    TrainingRequest<DistillationRecord> request, DistillationOptions options, DistillationTeacher teacher, LabeledProbe? probe,
    ImagePreprocessor preprocessor, HealthProbe health, DistillationStep step, DistillationLoader loader)
    : ITrainingMethod<DistillationRecord, DistillationResult>
{
    private const string CacheFile = "teacher.bin";

    private FrozenAccuracy? _start;
    private FrozenAccuracy? _teacher;

    private readonly DatasetProblemLog _problems = new(request.Logger);

    public string OperationName => Operation.Distill;
    public TrainingOptions Options => options;

    public string Identity { get; } = JsonSerializer.Serialize(
        new DistillationIdentity(
            request.Model.Architecture, request.Model.Preprocessing, request.Model.Weights.Checksum(), teacher.Identify(), options,
            request.Augmentation!, request.Run.Decoding, request.Dataset.Count),
        TrainingJsonContext.Default.DistillationIdentity);

    public IReadOnlyList<ImageSet> Images { get; } = [new ImageSet(ImageSet.Training, request.Dataset, HasLabels: false)];
    public IStepRunner Runner { get; } = new StepRunner<DistillationBatch>(step, loader, options);
    public ReportLayout<DistillationRecord> Layout { get; } =
        DistillationReport.CreateLayout(request.Model.Metadata.Id, teacher.Name, request.Dataset.Count);
    public JsonTypeInfo<List<DistillationRecord>> HistoryFormat => TrainingJsonContext.Default.ListDistillationRecord;

    /// <exception cref="ScottConfigurationException">The recipe does not fit the model, the teacher or the images.</exception>
    /// <exception cref="DatasetException">There are too few images, or they cannot be read.</exception>
    public static async Task<DistillationMethod> CreateAsync(
        TrainingRequest<DistillationRecord> request, DistillationOptions options, DistillationTeacher teacher, LabeledProbe? probe, long cacheBytes,
        IProgress<TeacherProgress>? progress, CancellationToken cancellationToken)
    {
        ScottModel model = request.Model;
        options = options with { BatchSize = Math.Min(options.BatchSize, Math.Max(2, request.Dataset.Count)) };
        RequireWatchable(options, probe);
        var views = new DistillationViews(request.Augmentation!, model, teacher.Preprocessing, options);
        var jepa = new PretrainingOptions();
        if (options.JepaWeight > 0)
            jepa.RequireFit(model.Architecture);

        var masks = new KeepMaskSampler(jepa.MaskKind, model.Architecture.Grid, jepa.HiddenRatio);
        var loader = new DistillationLoader(request.Dataset, views, masks, options, request.Run, request.LogReplaced);
        request.LogSuspect(request.Dataset);
        if (probe is not null)
            await request.RequireReadableAsync(probe.Training, probe.Validation, cancellationToken).ConfigureAwait(true);

        var preprocessor = new ImagePreprocessor(model.Preprocessing, request.Run.Decoding);
        HealthProbe health = await HealthProbe.CreateAsync(
            request.Dataset, preprocessor, request.Run.HealthImages, cancellationToken).ConfigureAwait(true);
        var cache = new TeacherCacheOptions(
            CachePath(request.Run), cacheBytes, JsonSerializer.Serialize(request.Augmentation!, TrainingJsonContext.Default.AugmentationSpec));
        loader.Features = await TeacherFeatures.CreateAsync(
            teacher, request.Dataset, loader.Cache, views, model.Architecture.Grid, options, request.Run, cache, progress, cancellationToken)
            .ConfigureAwait(true);
        try
        {
            var step = new DistillationStep(model, options, loader.Features, request.Run.Device);
            var method = new DistillationMethod(request, options, teacher, probe, preprocessor, health, step, loader);
            await method.MeasureStartAsync(cancellationToken).ConfigureAwait(true);
            return method;
        }
        catch
        {
            loader.Features.Dispose();
            throw;
        }
    }

    public async Task<DistillationRecord> EvaluateEpochAsync(
        EpochSummary summary, IReadOnlyList<DistillationRecord> history, CancellationToken cancellationToken)
    {
        FeatureHealth features = health.Measure(step.Encode);
        FrozenAccuracy? accuracy = probe is not null && probe.IsDue(summary.Epoch, summary.IsLast)
            ? await probe.MeasureAsync(step.Encode, preprocessor, _problems, cancellationToken).ConfigureAwait(true)
            : null;
        double gradient = summary.Sums.Mean(nameof(DistillationRecord.StudentGradient));
        return new DistillationRecord
        {
            VectorLoss = summary.Sums.Mean(nameof(DistillationRecord.VectorLoss)),
            TokenLoss = summary.Sums.Mean(nameof(DistillationRecord.TokenLoss)),
            RelationLoss = summary.Sums.Mean(nameof(DistillationRecord.RelationLoss)),
            JepaLoss = summary.Sums.Mean(nameof(DistillationRecord.JepaLoss)),
            StudentGradient = gradient,
            HeadGradient = summary.Sums.Mean(nameof(DistillationRecord.HeadGradient)),
            Health = features,
            Accuracy = accuracy,
            Warnings = HealthWatch.Warnings(features, gradient, history.Count > 0 ? history[0].StudentGradient : gradient),
        };
    }

    public double? Watched(DistillationRecord record) => options.Watched switch
    {
        WatchedFigure.EffectiveRank => record.Health.EffectiveRank,
        WatchedFigure.LinearAccuracy => record.Accuracy?.LinearTop1,
        _ => record.Accuracy?.NeighborTop1,
    };

    public WeightSet ExportWeights() => step.Student.ToWeightSet();

    public Task SaveModelAsync(WeightSet weights, DistillationRecord record, string path, CancellationToken cancellationToken) =>
        CreateModel(weights, record).SaveAsync(path, cancellationToken);

    public DistillationResult CreateResult(TrainingOutcome<DistillationRecord> outcome)
    {
        ScottModel last = CreateModel(outcome.Last, outcome.History[^1]);
        ScottModel best = outcome.Best is { } weights && outcome.BestRecord is { } record ? CreateModel(weights, record) : last;
        return new(best, last, outcome.History, outcome.BestEpoch, outcome.EndedEarly)
        {
            StartAccuracy = _start,
            TeacherAccuracy = _teacher,
            CheckpointError = outcome.CheckpointError,
        };
    }

    public void Dispose()
    {
        step.Dispose();
        loader.Features.Dispose();
    }

    /// <summary>Measures the student before the first step, and the teacher.</summary>
    private async Task MeasureStartAsync(CancellationToken cancellationToken)
    {
        if (probe is null)
            return;

        _start = await probe.MeasureAsync(step.Encode, preprocessor, _problems, cancellationToken).ConfigureAwait(true);
        var forTeacher = new ImagePreprocessor(teacher.Preprocessing, request.Run.Decoding);
        _teacher = await probe.MeasureAsync(loader.Features.Encode, forTeacher, _problems, cancellationToken).ConfigureAwait(true);
    }

    private static string? CachePath(TrainingRunOptions run)
    {
        if (run.CheckpointFolder is not { } folder)
            return null;

        try
        {
            Directory.CreateDirectory(folder);
            return Path.Combine(folder, CacheFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // The run reports it when it locks its folder.
        }
    }

    private static void RequireWatchable(DistillationOptions options, LabeledProbe? probe)
    {
        bool needsLabels = options.Watched is WatchedFigure.NeighborAccuracy or WatchedFigure.LinearAccuracy
            || (options.Watched == WatchedFigure.Auto && options.Patience is not null);
        if (needsLabels && probe is null)
        {
            string fault = "Patience or Watched asks for an accuracy, and there are no labeled images; "
                + "expected WithEvaluation, or Watched as EffectiveRank.";
            throw new ScottConfigurationException(nameof(DistillationOptions), [fault]);
        }
    }

    private ScottModel CreateModel(WeightSet weights, DistillationRecord record)
    {
        var metrics = new Dictionary<string, double> { ["effectiveRank"] = record.Health.EffectiveRank, ["vectorLoss"] = record.VectorLoss };
        if (record.Accuracy is { } accuracy)
        {
            metrics["neighborTop1"] = accuracy.NeighborTop1;
            metrics["linearTop1"] = accuracy.LinearTop1;
        }

        return request.Model.WithWeights(weights).WithMetadata(
            request.Describe($"distilled from {teacher.Name} into", "image", record, metrics));
    }
}

/// <summary>The settings that identify a distillation run: see <see cref="ITrainingMethod{TRecord}.Identity"/>.</summary>
internal sealed record DistillationIdentity(
    ScottArchitecture Architecture, PreprocessingSpec Preprocessing, string FirstWeights, string Teacher, DistillationOptions Recipe,
    AugmentationSpec Augmentation, ImageDecodingOptions Decoding, int Images);
