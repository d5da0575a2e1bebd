using System.Text.Json.Serialization.Metadata;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Distillation: what a run trains, and how it is evaluated. Owns the step and the teacher's features.</summary>
internal sealed class DistillationMethod(
    TrainingRequest<DistillationRecord> request, DistillationOptions options, string identity, DistillationTeacher teacher, FeatureWatch watch,
    DistillationStep step, DistillationLoader loader) : ITrainingMethod<DistillationRecord, DistillationResult>
{
    private const string CacheFile = "teacher.bin";

    private FrozenAccuracy? _start;
    private FrozenAccuracy? _teacher;

    public string OperationName => Operation.Distill;
    public TrainingOptions Options => options;

    public string Identity => identity;
    public IReadOnlyList<ImageSet> Images { get; } = [ImagesOf(request)];
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
        RequireSameChannels(model, teacher);
        FeatureWatch.Require(nameof(DistillationOptions), options.Watched, options.Patience, probe);
        var views = new DistillationViews(request.Augmentation!, model, teacher.Preprocessing, options);
        var jepa = new PretrainingOptions();
        if (options.JepaWeight > 0)
            jepa.RequireFit(model.Architecture);

        var masks = new KeepMaskSampler(jepa.MaskKind, model.Architecture.Grid, jepa.HiddenRatio, jepa.MinimumBlockPatches);
        var loader = new DistillationLoader(request.Dataset, views, masks, options, request.Run, request.LogReplaced);
        request.LogSuspect(request.Dataset);

        // The teacher takes long: what cannot resume is refused before.
        string identity = Identify(request, options, teacher);
        using IDisposable? held = await RunComparison.BeginAsync(
            request.Run, request.Logger, identity, [ImagesOf(request)], cancellationToken).ConfigureAwait(true);
        FeatureWatch watch = await FeatureWatch.CreateAsync(request, probe, cancellationToken).ConfigureAwait(true);
        var cache = new TeacherCacheOptions(
            request.Run.CheckpointFolder is { } folder ? Path.Combine(folder, CacheFile) : null,
            cacheBytes,
            JsonSerializer.Serialize(request.Augmentation!, TrainingJsonContext.Default.AugmentationSpec));
        TeacherFeatures features = await TeacherFeatures.CreateAsync(
            teacher, request.Dataset, loader.Cache, views, model.Architecture.Grid, options, request.Run, cache, progress, cancellationToken)
            .ConfigureAwait(true);
        DistillationStep? step = null;
        try
        {
            loader.Features = features;
            step = new DistillationStep(model, options, features, request.Run.Device);
            var method = new DistillationMethod(request, options, identity, teacher, watch, step, loader);
            await method.MeasureStartAsync(cancellationToken).ConfigureAwait(true);
            return method;
        }
        catch
        {
            step?.Dispose();
            features.Dispose();
            throw;
        }
    }

    public async Task<DistillationRecord> EvaluateEpochAsync(
        EpochSummary summary, IReadOnlyList<DistillationRecord> history, CancellationToken cancellationToken)
    {
        FeatureHealth features = watch.MeasureHealth(step.Encode, cancellationToken);
        FrozenAccuracy? accuracy = await watch.MeasureEpochAsync(step.Encode, summary, cancellationToken).ConfigureAwait(true);
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

    public double? Watched(DistillationRecord record) => FeatureWatch.Figure(options.Watched, record);

    public string? Judge => watch.Judge(options.Watched);

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

    private static string Identify(
        TrainingRequest<DistillationRecord> request, DistillationOptions options, DistillationTeacher teacher) => JsonSerializer.Serialize(
        new DistillationIdentity(
            request.Model.Architecture, request.Model.Preprocessing, request.Model.Weights.Checksum(), teacher.Identify(), options,
            request.Augmentation!, request.Run.Decoding, request.Dataset.Count),
        TrainingJsonContext.Default.DistillationIdentity);

    private static ImageSet ImagesOf(TrainingRequest<DistillationRecord> request) => new(ImageSet.Training, request.Dataset, HasLabels: false);

    /// <summary>Measures the student before the first step, and the teacher.</summary>
    private async Task MeasureStartAsync(CancellationToken cancellationToken)
    {
        _start = await watch.MeasureAsync(step.Encode, null, cancellationToken).ConfigureAwait(true);
        _teacher = await watch.MeasureAsync(loader.Features.Encode, teacher.Preprocessing, cancellationToken).ConfigureAwait(true);
    }

    /// <summary>Both see the same image.</summary>
    private static void RequireSameChannels(ScottModel model, DistillationTeacher teacher)
    {
        (int channels, int expected) = (model.Architecture.Channels, teacher.Preprocessing.ChannelCount);
        var faults = new FaultList(nameof(DistillationOptions));
        faults.Require(
            channels == expected,
            $"The model takes {Plural.Of(channels, "channel")}, and the teacher {expected}; expected the same. See WithImageChannels.");
        faults.ThrowIfAny();
    }

    private ScottModel CreateModel(WeightSet weights, DistillationRecord record)
    {
        Dictionary<string, double> metrics = FeatureWatch.Metrics(record);
        metrics["vectorLoss"] = record.VectorLoss;
        return request.Model.WithWeights(weights).WithMetadata(
            request.Describe($"distilled from {teacher.Name} into", Plural.Of(request.Dataset.Count, "image"), record, metrics));
    }
}

/// <summary>The settings that identify a distillation run: see <see cref="ITrainingMethod{TRecord}.Identity"/>.</summary>
internal sealed record DistillationIdentity(
    ScottArchitecture Architecture, PreprocessingSpec Preprocessing, string FirstWeights, string Teacher, DistillationOptions Recipe,
    AugmentationSpec Augmentation, ImageDecodingOptions Decoding, int Images);
