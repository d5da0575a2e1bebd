using System.Text.Json.Serialization.Metadata;
using Scott.Models.Datasets;
using Scott.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Fine-tuning to a classifier: how a run is evaluated.</summary>
internal sealed class FineTuningMethod(TrainingRequest<FineTuningRecord> request, ClassifierParts parts)
    : ClassifierMethod<FineTuningRecord, FineTuningResult>(request, parts, isMultiLabel: null)
{
    public override ReportLayout<FineTuningRecord> Layout { get; } =
        FineTuningReport.CreateLayout(request.Model.Metadata.Id, parts.Split.Training);
    public override JsonTypeInfo<List<FineTuningRecord>> HistoryFormat => TrainingJsonContext.Default.ListFineTuningRecord;

    /// <summary>Without validation images, some of the training images are set aside. The recipe is legal and has its precision resolved.</summary>
    /// <exception cref="DatasetException">A class has no images or none that can be read, or there are none to validate on.</exception>
    public static async Task<FineTuningMethod> CreateAsync(
        TrainingRequest<FineTuningRecord> request, FineTuningOptions options, IImageDataset? validation, CancellationToken cancellationToken)
    {
        LabeledSplit split = LabeledSplit.Of(request.Dataset, validation, options.ValidationRatio, options.Seed);
        float[]? weights = options.ClassBalance == ClassBalance.Balanced ? ClassifierLoss.Balance(split.ClassCounts) : null;
        var loss = new ClassifierLoss(split.ClassCounts.Count, options.LabelSmoothing, weights);
        return new FineTuningMethod(
            request, await ClassifierParts.CreateAsync(request, options, split, loss, labels: 0, cancellationToken).ConfigureAwait(true));
    }

    public override async Task<FineTuningRecord> EvaluateEpochAsync(
        EpochSummary summary, IReadOnlyList<FineTuningRecord> history, CancellationToken cancellationToken)
    {
        LabeledFeatures rows = await LabeledFeatureReader
            .ReadAsync(Split.Validation, Preprocessor, Step.Classify, null, Problems.Tell, cancellationToken)
            .ConfigureAwait(true);
        (ValidationFigures figures, FeatureHealth health) = Measure(rows, Split.Validation.ClassNames, cancellationToken);
        var record = new FineTuningRecord
        {
            TrainingTop1 = summary.Sums.Mean(nameof(FineTuningRecord.TrainingTop1)),
            Validation = figures,
            Health = health,
            BackboneGradient = summary.Sums.Mean(nameof(FineTuningRecord.BackboneGradient)),
            HeadGradient = summary.Sums.Mean(nameof(FineTuningRecord.HeadGradient)),
            Warnings = [],
        };
        return record with { Warnings = FineTuningWatch.Warnings(record, history, Split.ClassCounts.Count, summary.Done) };
    }

    public override double? Watched(FineTuningRecord record) => Recipe.Watched switch
    {
        ValidationFigure.MeanPerClassTop1 => record.Validation.MeanPerClassTop1,
        ValidationFigure.Loss => -record.Validation.Loss,
        _ => record.Validation.Top1,
    };

    public override FineTuningResult CreateResult(TrainingOutcome<FineTuningRecord> outcome) => new(
        CreateClassifier(outcome.Best!, outcome.BestRecord!), CreateClassifier(outcome.Last, outcome.History[^1]), outcome.History,
        BestOf(outcome), outcome.EndedEarly)
    { CheckpointError = outcome.CheckpointError };

    protected override Dictionary<string, double> Describe(FineTuningRecord record) => new()
    {
        ["validationTop1"] = record.Validation.Top1,
        ["validationMeanPerClassTop1"] = record.Validation.MeanPerClassTop1,
        ["validationLoss"] = record.Validation.Loss,
    };

    /// <summary>The rows are [M, C + D]: logits for C classes and pooled features of each image.</summary>
    private static (ValidationFigures Figures, FeatureHealth Health) Measure(
        LabeledFeatures rows, IReadOnlyList<string> classNames, CancellationToken cancellationToken)
    {
        int classes = classNames.Count;
        using DisposeScope scope = NewDisposeScope();
        Tensor all = tensor(rows.Vectors, rows.Labels.Count, rows.Width);
        Tensor logits = all.narrow(1, 0, classes).contiguous();
        double loss = nn.functional.cross_entropy(logits, tensor(rows.Labels.Select(label => (long)label).ToArray())).item<float>();
        var metrics = ClassificationMetrics.FromLogits(logits.data<float>().ToArray(), rows.Labels, classNames);
        var figures = new ValidationFigures(loss, metrics.Top1, metrics.Top5, metrics.MeanPerClassTop1, metrics.CalibrationError, metrics.Images);
        int width = rows.Width - classes;
        return (figures, FeatureHealth.Measure(all.narrow(1, classes, width).contiguous().data<float>().ToArray(), width, cancellationToken));
    }
}
