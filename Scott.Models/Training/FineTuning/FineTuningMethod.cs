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
    TrainingRequest<FineTuningRecord> request,
    FineTuningOptions options,
    LabeledSplit split,
    ClassifierStep step,
    LabeledLoader loader,
    ImagePreprocessor preprocessor,
    DatasetProblemLog problems) : ITrainingMethod<FineTuningRecord, FineTuningResult>
{
    public string OperationName => Operation.FineTune;
    public TrainingOptions Options => options;

    public string Identity { get; } = JsonSerializer.Serialize(
        new FineTuningIdentity(
            request.Model.Architecture,
            request.Model.Preprocessing,
            request.Model.Weights.Checksum(),
            options,
            request.Augmentation,
            split.Training.ClassNames,
            split.Training.Count,
            split.Validation.Count),
        TrainingJsonContext.Default.FineTuningIdentity);

    /// <summary>Validation images that the run set aside itself follow from all images, the ratio and the seed.</summary>
    public IReadOnlyList<ImageSet> Images { get; } =
    [
        new ImageSet(ImageSet.Training, split.All, HasLabels: true),
        .. split.IsDrawn ? [] : (ImageSet[])[new ImageSet(ImageSet.Validation, split.Validation, HasLabels: true)],
    ];

    public IStepRunner Runner { get; } = new StepRunner<LabeledBatch>(step, loader, options);

    public ReportLayout<FineTuningRecord> Layout { get; } = FineTuningReport.CreateLayout(request.Model.Metadata.Id, split.Training);

    public JsonTypeInfo<List<FineTuningRecord>> HistoryFormat => TrainingJsonContext.Default.ListFineTuningRecord;

    /// <param name="request">The run.</param>
    /// <param name="options">The recipe, legal and with its precision resolved.</param>
    /// <param name="validation">The images to choose the best epoch by; <see langword="null"/> to set some of the training images aside.</param>
    /// <param name="cancellationToken">Cancels reading images.</param>
    /// <exception cref="DatasetException">A class has no images or none that can be read, or there are none to validate on.</exception>
    public static async Task<FineTuningMethod> CreateAsync(
        TrainingRequest<FineTuningRecord> request, FineTuningOptions options, IImageDataset? validation, CancellationToken cancellationToken)
    {
        LabeledSplit split = LabeledSplit.Of(request.Dataset, validation, options.ValidationRatio, options.Seed);
        options = options with { BatchSize = Math.Min(options.BatchSize, split.Training.Count) };
        var preprocessor = new ImagePreprocessor(request.Model.Preprocessing, request.Run.Decoding);
        var problems = new DatasetProblemLog(request.Logger);
        problems.TellSuspect(split.Training, "training");
        await ReadableClasses.RequireAsync(split.Training, "training", request.Run.Decoding, cancellationToken).ConfigureAwait(true);
        await ReadableClasses.RequireAsync(split.Validation, "validation", request.Run.Decoding, cancellationToken).ConfigureAwait(true);
        LabeledLoader loader = CreateLoader(request, options, split, preprocessor);
        StepRunner<LabeledBatch>.CountSteps(loader, options);
        var step = new ClassifierStep(request.Model, options, split.ClassCounts, request.Run.Device);
        return new FineTuningMethod(request, options, split, step, loader, preprocessor, problems);
    }

    public async Task<FineTuningRecord> EvaluateEpochAsync(
        EpochSummary summary, IReadOnlyList<FineTuningRecord> history, CancellationToken cancellationToken)
    {
        LabeledFeatures rows = await LabeledFeatureReader
            .ReadAsync(split.Validation, preprocessor, step.Classify, null, problems.Tell, cancellationToken)
            .ConfigureAwait(true);
        (ValidationFigures figures, FeatureHealth health) = Measure(rows, split.Validation.ClassNames);
        double backbone = summary.Sums.Mean(nameof(FineTuningRecord.BackboneGradient));
        double head = summary.Sums.Mean(nameof(FineTuningRecord.HeadGradient));
        return new FineTuningRecord
        {
            TrainingTop1 = summary.Sums.Mean(nameof(FineTuningRecord.TrainingTop1)),
            Validation = figures,
            Health = health,
            BackboneGradient = backbone,
            HeadGradient = head,
            Warnings = FineTuningWatch.Warnings(figures, health, backbone + head, history, split.ClassCounts.Count, summary.Done),
        };
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

    public FineTuningResult CreateResult(TrainingOutcome<FineTuningRecord> outcome)
    {
        ScottClassifier best = CreateClassifier(outcome.Best!, outcome.BestRecord!);
        ScottClassifier last = CreateClassifier(outcome.Last, outcome.History[^1]);
        return new FineTuningResult(best, last, outcome.History, outcome.BestEpoch!.Value, outcome.EndedEarly)
        {
            CheckpointError = outcome.CheckpointError,
        };
    }

    public void Dispose() => step.Dispose();

    /// <param name="rows">[M, C + D]: logits and pooled features of each image.</param>
    /// <param name="classNames">C names.</param>
    private static (ValidationFigures Figures, FeatureHealth Health) Measure(LabeledFeatures rows, IReadOnlyList<string> classNames)
    {
        int classes = classNames.Count;
        using DisposeScope scope = NewDisposeScope();
        Tensor all = tensor(rows.Vectors, rows.Labels.Count, rows.Width);
        Tensor logits = all.narrow(1, 0, classes).contiguous();
        Tensor labels = tensor(rows.Labels.Select(label => (long)label).ToArray());
        double loss = nn.functional.cross_entropy(logits, labels).item<float>();
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

    private static LabeledLoader CreateLoader(
        TrainingRequest<FineTuningRecord> request, FineTuningOptions options, LabeledSplit split, ImagePreprocessor preprocessor)
    {
        ViewWriter write = request.Augmentation is { } augmentation
            ? new TwoViewTransform(augmentation, request.Model.Preprocessing).ApplyOne
            : (image, _, view) => preprocessor.Preprocess(image, view);
        return new LabeledLoader(
            split.Training,
            write,
            preprocessor.TensorLength,
            request.Run.ForLoader(options.BatchSize, options.Seed),
            (name, exception) => RunLog.Unreadable(request.Logger, name, exception));
    }
}

/// <summary>The settings that identify a fine-tuning run: see <see cref="ITrainingMethod{TRecord}.Identity"/>.</summary>
internal sealed record FineTuningIdentity(
    ScottArchitecture Architecture,
    PreprocessingSpec Preprocessing,
    string FirstWeights,
    FineTuningOptions Recipe,
    AugmentationSpec? Augmentation,
    IReadOnlyList<string> ClassNames,
    int TrainingImages,
    int ValidationImages);
