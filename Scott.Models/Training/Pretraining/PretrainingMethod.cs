using System.Text.Json.Serialization.Metadata;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Torch;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>MIM-JEPA pre-training: what a run trains, and how it is evaluated. Owns the step.</summary>
internal sealed class PretrainingMethod(
    TrainingRequest<PretrainingRecord> request, PretrainingOptions options, FeatureWatch watch, JepaStep step, PretrainingLoader loader)
    : ITrainingMethod<PretrainingRecord, PretrainingResult>
{
    public string OperationName => Operation.Pretrain;
    public TrainingOptions Options => options;

    public string Identity { get; } = JsonSerializer.Serialize(
        new PretrainingIdentity(
            request.Model.Architecture, request.Model.Preprocessing, request.Model.Weights.Checksum(), options, request.Augmentation!,
            request.Run.Decoding, request.Dataset.Count),
        TrainingJsonContext.Default.PretrainingIdentity);

    public IReadOnlyList<ImageSet> Images { get; } = [new ImageSet(ImageSet.Training, request.Dataset, HasLabels: false)];
    public IStepRunner Runner { get; } = new StepRunner<PretrainingBatch>(step, loader, options);
    public ReportLayout<PretrainingRecord> Layout { get; } = PretrainingReport.CreateLayout(request.Model.Metadata.Id, request.Dataset.Count);
    public JsonTypeInfo<List<PretrainingRecord>> HistoryFormat => TrainingJsonContext.Default.ListPretrainingRecord;

    /// <exception cref="ScottConfigurationException">The recipe does not fit the model or the images.</exception>
    /// <exception cref="DatasetException">There are too few images, or they cannot be read.</exception>
    public static async Task<PretrainingMethod> CreateAsync(
        TrainingRequest<PretrainingRecord> request, PretrainingOptions options, LabeledProbe? probe, CancellationToken cancellationToken)
    {
        (ScottModel model, ScottArchitecture architecture) = (request.Model, request.Model.Architecture);
        options.RequireFit(architecture);
        FeatureWatch.Require(nameof(PretrainingOptions), options.Watched, options.Patience, probe);
        var masks = new KeepMaskSampler(options.MaskKind, architecture.Grid, options.HiddenRatio, options.MinimumBlockPatches);
        var views = new TwoViewTransform(request.Augmentation!, model.Preprocessing);
        var loader = new PretrainingLoader(request.Dataset, views, masks, options, request.Run, request.LogReplaced);
        request.LogSuspect(request.Dataset);
        FeatureWatch watch = await FeatureWatch.CreateAsync(request, probe, cancellationToken).ConfigureAwait(true);
        WeightSet predictor = Predictor.InitialWeights(architecture, options.PredictorDepth, options.Seed);
        var step = new JepaStep(architecture, options, model.Weights, predictor, request.Run.Device, options.ComputeType);
        return new PretrainingMethod(request, options, watch, step, loader);
    }

    public async Task<PretrainingRecord> EvaluateEpochAsync(
        EpochSummary summary, IReadOnlyList<PretrainingRecord> history, CancellationToken cancellationToken)
    {
        FeatureHealth features = watch.MeasureHealth(step.Encode, cancellationToken);
        FrozenAccuracy? accuracy = await watch.MeasureEpochAsync(step.Encode, summary, cancellationToken).ConfigureAwait(true);
        GradientNorms gradients = GradientNorms.Mean(summary.Sums);
        return new PretrainingRecord
        {
            Momentum = summary.Plan.Momentum(summary.Steps),
            Health = features,
            Gradients = gradients,
            Accuracy = accuracy,
            Warnings = HealthWatch.Warnings(features, gradients, history.Count > 0 ? history[0].Gradients : gradients, summary.Done),
        };
    }

    public double? Watched(PretrainingRecord record) => FeatureWatch.Figure(options.Watched, record);

    public string? Judge => watch.Judge(options.Watched);

    public WeightSet ExportWeights() => step.Result.ToWeightSet();

    public Task SaveModelAsync(WeightSet weights, PretrainingRecord record, string path, CancellationToken cancellationToken) =>
        CreateModel(weights, record).SaveAsync(path, cancellationToken);

    public PretrainingResult CreateResult(TrainingOutcome<PretrainingRecord> outcome)
    {
        ScottModel last = CreateModel(outcome.Last, outcome.History[^1]);
        ScottModel best = outcome.Best is { } weights && outcome.BestRecord is { } record ? CreateModel(weights, record) : last;
        return new(best, last, outcome.History, outcome.BestEpoch, outcome.EndedEarly) { CheckpointError = outcome.CheckpointError };
    }

    public void Dispose() => step.Dispose();

    private ScottModel CreateModel(WeightSet weights, PretrainingRecord record) => request.Model.WithWeights(weights).WithMetadata(
        request.Describe("pretrained from", Plural.Of(request.Dataset.Count, "image"), record, FeatureWatch.Metrics(record)));
}

/// <summary>The settings that identify a pre-training run: see <see cref="ITrainingMethod{TRecord}.Identity"/>.</summary>
internal sealed record PretrainingIdentity(
    ScottArchitecture Architecture, PreprocessingSpec Preprocessing, string FirstWeights, PretrainingOptions Recipe, AugmentationSpec Augmentation,
    ImageDecodingOptions Decoding, int Images);
