using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Scott.Models.Imaging;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What fine-tuning to one class for each image and to several labels share: everything but the figures. Owns the step.</summary>
internal abstract class ClassifierMethod<TRecord, TResult>(TrainingRequest<TRecord> request, ClassifierParts parts, bool? isMultiLabel)
    : ITrainingMethod<TRecord, TResult>
    where TRecord : TrainingRecord
{
    protected DatasetProblemLog Problems { get; } = new(request.Logger, request.Run.FailOnUnreadable);
    protected FineTuningOptions Recipe => parts.Options;
    protected LabeledSplit Split => parts.Split;
    protected ImagePreprocessor Preprocessor => parts.Preprocessor;
    protected ClassifierStep Step => parts.Step;

    public string OperationName => Operation.FineTune;
    public TrainingOptions Options => parts.Options;

    public string Identity { get; } = JsonSerializer.Serialize(
        new FineTuningIdentity(
            request.Model.Architecture, request.Model.Preprocessing, request.Model.Weights.Checksum(), parts.Options, request.Augmentation,
            request.Run.Decoding, parts.Split.Training.ClassNames, parts.Split.Training.Count, parts.Split.Validation.Count)
        { IsMultiLabel = isMultiLabel },
        TrainingJsonContext.Default.FineTuningIdentity);

    /// <summary>Validation images that the run sets aside need no entry: all images, the ratio and the seed decide them.</summary>
    public IReadOnlyList<ImageSet> Images { get; } =
    [
        new ImageSet(ImageSet.Training, parts.Split.All, HasLabels: true),
        .. parts.Split.IsDrawn ? [] : (ImageSet[])[new ImageSet(ImageSet.Validation, parts.Split.Validation, HasLabels: true)],
    ];

    public IStepRunner Runner { get; } = new StepRunner<LabeledBatch>(parts.Step, parts.Loader, parts.Options);
    public abstract ReportLayout<TRecord> Layout { get; }
    public abstract JsonTypeInfo<List<TRecord>> HistoryFormat { get; }

    public abstract Task<TRecord> EvaluateEpochAsync(EpochSummary summary, IReadOnlyList<TRecord> history, CancellationToken cancellationToken);

    public string? Judge => Recipe.Watched.ToString();

    public bool DrawsValidation => Split.IsDrawn;

    public abstract double? Watched(TRecord record);

    /// <summary>The best epoch with its figure as it was measured: a loss is watched with the other sign, so that more is better.</summary>
    protected BestEpoch BestOf(TrainingOutcome<TRecord> outcome)
    {
        double figure = Watched(outcome.BestRecord!) ?? double.NaN;
        return new BestEpoch(outcome.BestEpoch!.Value.Epoch, Recipe.Watched == ValidationFigure.Loss ? -figure : figure);
    }

    public abstract TResult CreateResult(TrainingOutcome<TRecord> outcome);

    public WeightSet ExportWeights() => parts.Step.ExportClassifier();

    public Task SaveModelAsync(WeightSet weights, TRecord record, string path, CancellationToken cancellationToken) =>
        CreateClassifier(weights, record).SaveAsync(path, cancellationToken);

    public void Dispose() => parts.Step.Dispose();

    /// <summary>The figures of an epoch that go into the classifier's metadata.</summary>
    protected abstract Dictionary<string, double> Describe(TRecord record);

    /// <summary>The thresholds of the labels; <see langword="null"/> if an image has one class.</summary>
    protected virtual IReadOnlyList<float>? Thresholds(TRecord record) => null;

    protected ScottClassifier CreateClassifier(WeightSet weights, TRecord record)
    {
        ScottModel backbone = request.Model
            .WithWeights(weights.StripPrefix(ClassifierNetwork.BackbonePrefix))
            .WithMetadata(request.Describe("fine-tuned from", Plural.Of(Split.Training.Count, "labeled image"), record, Describe(record)));
        return new ScottClassifier(
            backbone, Recipe.Head, weights.StripPrefix(ClassifierNetwork.HeadPrefix), request.Dataset.ClassNames, Thresholds(record));
    }
}

/// <summary>What a run trains with. The recipe is legal, and has its precision and its batch size resolved.</summary>
internal sealed record ClassifierParts(
    FineTuningOptions Options, LabeledSplit Split, ImagePreprocessor Preprocessor, ClassifierStep Step, LabeledLoader Loader)
{
    /// <param name="request">The run.</param>
    /// <param name="options">The recipe, legal and with its precision resolved.</param>
    /// <param name="split">The images.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="labels">The number of labels in a batch's rows; 0 if each image has one class.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="DatasetException">A class has no images that can be read, or there are none to validate on.</exception>
    public static async Task<ClassifierParts> CreateAsync<TRecord>(
        TrainingRequest<TRecord> request, FineTuningOptions options, LabeledSplit split, IClassifierLoss loss, int labels,
        CancellationToken cancellationToken)
        where TRecord : TrainingRecord
    {
        ScottModel model = request.Model;
        options = options with { BatchSize = Math.Min(options.BatchSize, split.Training.Count) };
        request.LogSuspect(split.Training);
        await request.RequireReadableAsync(split.Training, split.Validation, cancellationToken).ConfigureAwait(true);
        var preprocessor = new ImagePreprocessor(model.Preprocessing, request.Run.Decoding);
        ViewWriter write = request.Augmentation is { } augmentation
            ? new TwoViewTransform(augmentation, model.Preprocessing).ApplyOne
            : (image, _, view) => preprocessor.Preprocess(image, view);
        var loader = new LabeledLoader(split.Training, write, preprocessor.TensorLength, options, request.Run, request.LogReplaced, labels);
        var step = new ClassifierStep(model, options, split.ClassCounts.Count, loss, request.Run.Device);
        return new ClassifierParts(options, split, preprocessor, step, loader);
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
