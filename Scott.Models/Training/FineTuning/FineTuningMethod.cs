using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Fine-tuning to a classifier: what a run trains, and how it is evaluated. Owns the step.</summary>
internal sealed class FineTuningMethod(
    TrainingRequest<FineTuningRecord> request, FineTuningOptions options, LabeledSplit split, ImagePreprocessor preprocessor,
    ClassifierStep step, LabeledLoader loader) : ITrainingMethod<FineTuningRecord, FineTuningResult>
{
    private readonly DatasetProblemLog _problems = new(request.Logger);

    public string OperationName => Operation.FineTune;
    public TrainingOptions Options => options;

    public string Identity { get; } = JsonSerializer.Serialize(
        new FineTuningIdentity(
            request.Model.Architecture, request.Model.Preprocessing, request.Model.Weights.Checksum(), options, request.Augmentation,
            request.Run.Decoding, split.Training.ClassNames, split.Training.Count, split.Validation.Count),
        TrainingJsonContext.Default.FineTuningIdentity);

    /// <summary>Validation images that the run sets aside need no entry: all images, the ratio and the seed decide them.</summary>
    public IReadOnlyList<ImageSet> Images { get; } =
    [
        new ImageSet(ImageSet.Training, split.All, HasLabels: true),
        .. split.IsDrawn ? [] : (ImageSet[])[new ImageSet(ImageSet.Validation, split.Validation, HasLabels: true)],
    ];

    public IStepRunner Runner { get; } = new StepRunner<LabeledBatch>(step, loader, options);
    public ReportLayout<FineTuningRecord> Layout { get; } = FineTuningReport.CreateLayout(request.Model.Metadata.Id, split.Training);
    public JsonTypeInfo<List<FineTuningRecord>> HistoryFormat => TrainingJsonContext.Default.ListFineTuningRecord;

    /// <summary>Without validation images, some of the training images are set aside. The recipe is legal and has its precision resolved.</summary>
    /// <exception cref="DatasetException">A class has no images or none that can be read, or there are none to validate on.</exception>
    public static async Task<FineTuningMethod> CreateAsync(
        TrainingRequest<FineTuningRecord> request, FineTuningOptions options, IImageDataset? validation, CancellationToken cancellationToken)
    {
        ScottModel model = request.Model;
        LabeledSplit split = LabeledSplit.Of(request.Dataset, validation, options.ValidationRatio, options.Seed);
        options = options with { BatchSize = Math.Min(options.BatchSize, split.Training.Count) };
        request.LogSuspect(split.Training);
        await request.RequireReadableAsync(split.Training, split.Validation, cancellationToken).ConfigureAwait(true);
        var preprocessor = new ImagePreprocessor(model.Preprocessing, request.Run.Decoding);
        ViewWriter write = request.Augmentation is { } augmentation
            ? new TwoViewTransform(augmentation, model.Preprocessing).ApplyOne
            : (image, _, view) => preprocessor.Preprocess(image, view);
        var loader = new LabeledLoader(split.Training, write, preprocessor.TensorLength, options, request.Run, request.LogReplaced);
        float[]? weights = options.ClassBalance == ClassBalance.Balanced ? ClassifierLoss.Balance(split.ClassCounts) : null;
        var loss = new ClassifierLoss(split.ClassCounts.Count, options.LabelSmoothing, weights);
        var step = new ClassifierStep(model, options, split.ClassCounts.Count, loss, request.Run.Device);
        return new FineTuningMethod(request, options, split, preprocessor, step, loader);
    }

    public async Task<FineTuningRecord> EvaluateEpochAsync(
        EpochSummary summary, IReadOnlyList<FineTuningRecord> history, CancellationToken cancellationToken)
    {
        LabeledFeatures rows = await LabeledFeatureReader
            .ReadAsync(split.Validation, preprocessor, step.Classify, null, _problems.Tell, cancellationToken)
            .ConfigureAwait(true);
        (ValidationFigures figures, FeatureHealth health) = Measure(rows, split.Validation.ClassNames);
        var record = new FineTuningRecord
        {
            TrainingTop1 = summary.Sums.Mean(nameof(FineTuningRecord.TrainingTop1)),
            Validation = figures,
            Health = health,
            BackboneGradient = summary.Sums.Mean(nameof(FineTuningRecord.BackboneGradient)),
            HeadGradient = summary.Sums.Mean(nameof(FineTuningRecord.HeadGradient)),
            Warnings = [],
        };
        return record with { Warnings = FineTuningWatch.Warnings(record, history, split.ClassCounts.Count, summary.Done) };
    }

    public double? Watched(FineTuningRecord record) => options.Watched switch
    {
        ValidationFigure.MeanPerClassTop1 => record.Validation.MeanPerClassTop1,
        ValidationFigure.Loss => -record.Validation.Loss,
        _ => record.Validation.Top1,
    };

    public WeightSet ExportWeights() => step.ExportClassifier();

    public Task SaveModelAsync(WeightSet weights, FineTuningRecord record, string path, CancellationToken cancellationToken) =>
        CreateClassifier(weights, record).SaveAsync(path, cancellationToken);

    public FineTuningResult CreateResult(TrainingOutcome<FineTuningRecord> outcome) => new(
        CreateClassifier(outcome.Best!, outcome.BestRecord!), CreateClassifier(outcome.Last, outcome.History[^1]), outcome.History,
        outcome.BestEpoch!.Value, outcome.EndedEarly)
    { CheckpointError = outcome.CheckpointError };

    public void Dispose() => step.Dispose();

    /// <summary>The rows are [M, C + D]: logits for C classes and pooled features of each image.</summary>
    private static (ValidationFigures Figures, FeatureHealth Health) Measure(LabeledFeatures rows, IReadOnlyList<string> classNames)
    {
        int classes = classNames.Count;
        using DisposeScope scope = NewDisposeScope();
        Tensor all = tensor(rows.Vectors, rows.Labels.Count, rows.Width);
        Tensor logits = all.narrow(1, 0, classes).contiguous();
        double loss = nn.functional.cross_entropy(logits, tensor(rows.Labels.Select(label => (long)label).ToArray())).item<float>();
        var metrics = ClassificationMetrics.FromLogits(logits.data<float>().ToArray(), rows.Labels, classNames);
        var figures = new ValidationFigures(loss, metrics.Top1, metrics.Top5, metrics.MeanPerClassTop1, metrics.CalibrationError, metrics.Images);
        int width = rows.Width - classes;
        return (figures, FeatureHealth.Measure(all.narrow(1, classes, width).contiguous().data<float>().ToArray(), width));
    }

    private ScottClassifier CreateClassifier(WeightSet weights, FineTuningRecord record)
    {
        var metrics = new Dictionary<string, double>
        {
            ["validationTop1"] = record.Validation.Top1,
            ["validationMeanPerClassTop1"] = record.Validation.MeanPerClassTop1,
            ["validationLoss"] = record.Validation.Loss,
        };
        ScottModel backbone = request.Model
            .WithWeights(weights.StripPrefix(ClassifierNetwork.BackbonePrefix))
            .WithMetadata(request.Describe("fine-tuned from", "labeled image", record, metrics));
        return new ScottClassifier(backbone, options.Head, weights.StripPrefix(ClassifierNetwork.HeadPrefix), request.Dataset.ClassNames);
    }
}

/// <summary>The settings that identify a fine-tuning run: see <see cref="ITrainingMethod{TRecord}.Identity"/>.</summary>
internal sealed record FineTuningIdentity(
    ScottArchitecture Architecture, PreprocessingSpec Preprocessing, string FirstWeights, FineTuningOptions Recipe, AugmentationSpec? Augmentation,
    ImageDecodingOptions Decoding, IReadOnlyList<string> ClassNames, int TrainingImages, int ValidationImages)
{
    /// <summary>True of a multi-label run; absent otherwise, as in runs that began before there were any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsMultiLabel { get; init; }
}
