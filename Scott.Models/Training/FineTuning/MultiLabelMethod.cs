using System.Text.Json.Serialization.Metadata;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Fine-tuning to a multi-label classifier: what a run trains, and how it is evaluated. Owns the step.</summary>
internal sealed class MultiLabelMethod(
    TrainingRequest<MultiLabelRecord> request, FineTuningOptions options, LabeledSplit split, ImagePreprocessor preprocessor,
    ClassifierStep step, LabeledLoader loader) : ITrainingMethod<MultiLabelRecord, MultiLabelResult>
{
    private readonly DatasetProblemLog _problems = new(request.Logger);

    public string OperationName => Operation.FineTune;
    public TrainingOptions Options => options;

    public string Identity { get; } = JsonSerializer.Serialize(
        new FineTuningIdentity(
            request.Model.Architecture, request.Model.Preprocessing, request.Model.Weights.Checksum(), options, request.Augmentation,
            request.Run.Decoding, split.Training.ClassNames, split.Training.Count, split.Validation.Count)
        { IsMultiLabel = true },
        TrainingJsonContext.Default.FineTuningIdentity);

    /// <inheritdoc cref="FineTuningMethod.Images"/>
    public IReadOnlyList<ImageSet> Images { get; } =
    [
        new ImageSet(ImageSet.Training, split.All, HasLabels: true),
        .. split.IsDrawn ? [] : (ImageSet[])[new ImageSet(ImageSet.Validation, split.Validation, HasLabels: true)],
    ];

    public IStepRunner Runner { get; } = new StepRunner<LabeledBatch>(step, loader, options);
    public ReportLayout<MultiLabelRecord> Layout { get; } = MultiLabelReport.CreateLayout(request.Model.Metadata.Id, split.Training);
    public JsonTypeInfo<List<MultiLabelRecord>> HistoryFormat => TrainingJsonContext.Default.ListMultiLabelRecord;

    /// <summary>Without validation images, some of the training images are set aside. The recipe is legal and has its precision resolved.</summary>
    /// <exception cref="DatasetException">A label has no images or none that can be read, or there are none to validate on.</exception>
    public static async Task<MultiLabelMethod> CreateAsync(
        TrainingRequest<MultiLabelRecord> request, FineTuningOptions options, IImageDataset? validation, CancellationToken cancellationToken)
    {
        ScottModel model = request.Model;
        LabeledSplit split = LabeledSplit.OfMultiLabel(request.Dataset, validation, options.ValidationRatio, options.Seed);
        (int labels, int images) = (split.ClassCounts.Count, split.Training.Count);
        options = options with { BatchSize = Math.Min(options.BatchSize, images) };
        request.LogSuspect(split.Training);
        await request.RequireReadableAsync(split.Training, split.Validation, cancellationToken).ConfigureAwait(true);
        var preprocessor = new ImagePreprocessor(model.Preprocessing, request.Run.Decoding);
        ViewWriter write = request.Augmentation is { } augmentation
            ? new TwoViewTransform(augmentation, model.Preprocessing).ApplyOne
            : (image, _, view) => preprocessor.Preprocess(image, view);
        var loader = new LabeledLoader(split.Training, write, preprocessor.TensorLength, options, request.Run, request.LogReplaced, labels);
        float[]? weights = options.ClassBalance == ClassBalance.Balanced ? MultiLabelLoss.Balance(split.ClassCounts, images) : null;
        var step = new ClassifierStep(
            model, options, labels, new MultiLabelLoss(labels, options.LabelSmoothing, weights), request.Run.Device);
        return new MultiLabelMethod(request, options, split, preprocessor, step, loader);
    }

    public async Task<MultiLabelRecord> EvaluateEpochAsync(
        EpochSummary summary, IReadOnlyList<MultiLabelRecord> history, CancellationToken cancellationToken)
    {
        (float[] rows, IReadOnlyList<IReadOnlyList<int>> labels) = await LabeledFeatureReader
            .ReadMultiLabelAsync(split.Validation, preprocessor, step.Classify, _problems.Tell, cancellationToken)
            .ConfigureAwait(true);
        (MultiLabelFigures figures, FeatureHealth health) = Measure(rows, labels, split.Validation.ClassNames);
        var record = new MultiLabelRecord
        {
            TrainingTop1 = summary.Sums.Mean(nameof(MultiLabelRecord.TrainingTop1)),
            Validation = figures,
            Health = health,
            BackboneGradient = summary.Sums.Mean(nameof(MultiLabelRecord.BackboneGradient)),
            HeadGradient = summary.Sums.Mean(nameof(MultiLabelRecord.HeadGradient)),
            Warnings = [],
        };
        return record with { Warnings = FineTuningWatch.Warnings(record, history, summary.Done) };
    }

    public double? Watched(MultiLabelRecord record) =>
        options.Watched == ValidationFigure.Loss ? -record.Validation.Loss : record.Validation.MeanAveragePrecision;

    public WeightSet ExportWeights() => step.ExportClassifier();

    public Task SaveModelAsync(WeightSet weights, MultiLabelRecord record, string path, CancellationToken cancellationToken) =>
        CreateClassifier(weights, record).SaveAsync(path, cancellationToken);

    public MultiLabelResult CreateResult(TrainingOutcome<MultiLabelRecord> outcome) => new(
        CreateClassifier(outcome.Best!, outcome.BestRecord!), CreateClassifier(outcome.Last, outcome.History[^1]), outcome.History,
        outcome.BestEpoch!.Value, outcome.EndedEarly)
    { CheckpointError = outcome.CheckpointError };

    public void Dispose() => step.Dispose();

    /// <summary>The rows are [M, C + D]: logits for C labels and pooled features of each image. An image has at least one label.</summary>
    private static (MultiLabelFigures Figures, FeatureHealth Health) Measure(
        float[] rows, IReadOnlyList<IReadOnlyList<int>> labels, IReadOnlyList<string> classNames)
    {
        (int images, int classes) = (labels.Count, classNames.Count);
        using DisposeScope scope = NewDisposeScope();
        Tensor all = tensor(rows, images, rows.Length / images);
        Tensor logits = all.narrow(1, 0, classes).contiguous();
        float[] wanted = new float[images * classes];
        for (int image = 0; image < images; image++)
        {
            foreach (int label in labels[image])
                wanted[(image * classes) + label] = 1;
        }

        double loss = new MultiLabelLoss(classes, smoothing: 0, weights: null).Compute(logits, tensor(wanted, images, classes)).item<float>();
        float[] values = logits.data<float>().ToArray();
        float[] thresholds = MultiLabelMetrics.ChooseThresholds(Sigmoid.Of(values), labels, classes);
        var metrics = MultiLabelMetrics.FromLogits(values, labels, classNames, thresholds);
        var figures = new MultiLabelFigures(
            loss, metrics.MeanAveragePrecision!.Value, metrics.MicroF1!.Value, metrics.MacroF1!.Value, metrics.HammingLoss, images, metrics.Labels);
        int width = (rows.Length / images) - classes;
        return (figures, FeatureHealth.Measure(all.narrow(1, classes, width).contiguous().data<float>().ToArray(), width));
    }

    private ScottClassifier CreateClassifier(WeightSet weights, MultiLabelRecord record)
    {
        var metrics = new Dictionary<string, double>
        {
            ["validationMeanAveragePrecision"] = record.Validation.MeanAveragePrecision,
            ["validationMicroF1"] = record.Validation.MicroF1,
            ["validationMacroF1"] = record.Validation.MacroF1,
            ["validationLoss"] = record.Validation.Loss,
        };
        ScottModel backbone = request.Model
            .WithWeights(weights.StripPrefix(ClassifierNetwork.BackbonePrefix))
            .WithMetadata(request.Describe("fine-tuned from", "labeled image", record, metrics));
        return new ScottClassifier(
            backbone, options.Head, weights.StripPrefix(ClassifierNetwork.HeadPrefix), request.Dataset.ClassNames,
            [.. record.Validation.Labels.Select(label => label.Threshold)]);
    }
}
