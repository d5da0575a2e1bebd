using System.Text.Json.Serialization.Metadata;
using Scott.Models.Datasets;
using Scott.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Fine-tuning to a multi-label classifier: how a run is evaluated.</summary>
internal sealed class MultiLabelMethod(TrainingRequest<MultiLabelRecord> request, ClassifierParts parts)
    : ClassifierMethod<MultiLabelRecord, MultiLabelResult>(request, parts, isMultiLabel: true)
{
    public override ReportLayout<MultiLabelRecord> Layout { get; } =
        MultiLabelReport.CreateLayout(request.Model.Metadata.Id, parts.Split.Training);
    public override JsonTypeInfo<List<MultiLabelRecord>> HistoryFormat => TrainingJsonContext.Default.ListMultiLabelRecord;

    /// <summary>Without validation images, some of the training images are set aside. The recipe is legal and has its precision resolved.</summary>
    /// <exception cref="DatasetException">A label has no images or none that can be read, or there are none to validate on.</exception>
    public static async Task<MultiLabelMethod> CreateAsync(
        TrainingRequest<MultiLabelRecord> request, FineTuningOptions options, IImageDataset? validation, CancellationToken cancellationToken)
    {
        LabeledSplit split = LabeledSplit.OfMultiLabel(request.Dataset, validation, options.ValidationRatio, options.Seed);
        (int labels, int images) = (split.ClassCounts.Count, split.Training.Count);
        float[]? weights = options.ClassBalance == ClassBalance.Balanced ? MultiLabelLoss.Balance(split.ClassCounts, images) : null;
        var loss = new MultiLabelLoss(labels, options.LabelSmoothing, weights);
        return new MultiLabelMethod(
            request, await ClassifierParts.CreateAsync(request, options, split, loss, labels, cancellationToken).ConfigureAwait(true));
    }

    public override async Task<MultiLabelRecord> EvaluateEpochAsync(
        EpochSummary summary, IReadOnlyList<MultiLabelRecord> history, CancellationToken cancellationToken)
    {
        (float[] rows, IReadOnlyList<IReadOnlyList<int>> labels) = await LabeledFeatureReader
            .ReadMultiLabelAsync(Split.Validation, Preprocessor, Step.Classify, Problems.Tell, cancellationToken)
            .ConfigureAwait(true);
        (MultiLabelFigures figures, FeatureHealth health) = Measure(rows, labels, Split.Validation.ClassNames, cancellationToken);
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

    public override double? Watched(MultiLabelRecord record) =>
        Recipe.Watched == ValidationFigure.Loss ? -record.Validation.Loss : record.Validation.MeanAveragePrecision;

    public override MultiLabelResult CreateResult(TrainingOutcome<MultiLabelRecord> outcome) => new(
        CreateClassifier(outcome.Best!, outcome.BestRecord!), CreateClassifier(outcome.Last, outcome.History[^1]), outcome.History,
        BestOf(outcome), outcome.EndedEarly)
    { CheckpointError = outcome.CheckpointError };

    protected override Dictionary<string, double> Describe(MultiLabelRecord record) => new()
    {
        ["validationMeanAveragePrecision"] = record.Validation.MeanAveragePrecision,
        ["validationMicroF1"] = record.Validation.MicroF1,
        ["validationMacroF1"] = record.Validation.MacroF1,
        ["validationLoss"] = record.Validation.Loss,
    };

    protected override IReadOnlyList<float> Thresholds(MultiLabelRecord record) =>
        [.. record.Validation.Labels.Select(label => label.Threshold)];

    /// <summary>The rows are [M, C + D]: logits for C labels and pooled features of each image. An image has at least one label.</summary>
    private static (MultiLabelFigures Figures, FeatureHealth Health) Measure(
        float[] rows, IReadOnlyList<IReadOnlyList<int>> labels, IReadOnlyList<string> classNames, CancellationToken cancellationToken)
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
        return (figures, FeatureHealth.Measure(all.narrow(1, classes, width).contiguous().data<float>().ToArray(), width, cancellationToken));
    }
}
