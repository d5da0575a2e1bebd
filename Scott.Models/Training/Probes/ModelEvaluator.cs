using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>Measures a model's frozen features on labeled images: encodes each once, then runs every probe on the features.</summary>
internal sealed class ModelEvaluator(ScottModel model, TorchDevice device, ImageDecodingOptions decoding, EvaluationOptions options, ILogger logger)
{
    /// <summary>The options must be legal for the model. Without validation images, some of the training images are set aside.</summary>
    public async Task<EvaluationResult> RunAsync(
        IImageDataset training, IImageDataset? validation, IImageDataset test, IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<string> classNames = training.ClassNames;
        foreach (IImageDataset images in new[] { training, validation, test }.OfType<IImageDataset>())
            LabeledClasses.RequireLegal(images);

        TellShared(training, validation, test);
        if (validation is null)
        {
            var split = DatasetSplit.Stratified(training, options.ValidationRatio, options.Probe.Seed);
            (training, validation) = (split.Training, split.Validation);
        }

        using var encoder = new FrozenEncoder(model, device, options.Pooling ?? model.Architecture.DefaultPooling);
        EvaluationFeatures tokens = await EncodeAsync(encoder, training, validation, test, progress, cancellationToken).ConfigureAwait(true);
        EvaluationFeatures pooled = tokens.Select(encoder.Pool);
        ProbeResult neighbors = MeasureNeighbors(pooled, classNames, cancellationToken);
        (ProbeResult linear, double penalty) = LinearProbe.Measure(pooled, classNames, cancellationToken);
        IReadOnlyList<FewShotResult> fewShot = new FewShot(pooled, classNames, options).Measure(
            Report(progress, EvaluationStage.FewShot, options.FewShotPerClass.Count * options.FewShotRepeats), cancellationToken);
        IReadOnlyList<ProbeResult> attentive = await MeasureAttentiveAsync(
            encoder, tokens, training, validation, progress, cancellationToken).ConfigureAwait(true);
        IReadOnlyList<ProbeResult>[] repeats = [.. attentive.Chunk(options.AttentiveProbes.Count)];
        return new EvaluationResult
        {
            TrainingImages = tokens.Fitted.Labels.Count,
            Neighbors = neighbors,
            Linear = linear,
            LinearPenalty = penalty,
            AttentiveRepeats = repeats,
            Selected = AttentiveProbes.Select(repeats[0]),
            FewShot = fewShot,
            Health = FeatureHealth.Measure(pooled.Test.Vectors, pooled.Test.Width, cancellationToken),
        };
    }

    private void TellShared(IImageDataset training, IImageDataset? validation, IImageDataset test)
    {
        var problems = new DatasetProblemLog(logger);
        problems.TellShared(training, "training", test, "test");
        if (validation is null)
            return;

        problems.TellShared(training, "training", validation, "validation");
        problems.TellShared(validation, "validation", test, "test");
    }

    /// <summary>Trains the attentive probes on the training images; if they are to be refitted, again with the validation images.</summary>
    /// <returns>The results of the probes of the first repeat, then of the next one.</returns>
    private async Task<IReadOnlyList<ProbeResult>> MeasureAttentiveAsync(
        FrozenEncoder encoder, EvaluationFeatures tokens, IImageDataset training, IImageDataset validation, IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        int epochs = options.Probe.Epochs;
        Action<int> report = Report(progress, EvaluationStage.TrainingProbes, tokens.IsRefitted ? 2 * epochs : epochs);
        IEnumerable<ClassifierHead> heads = Enumerable.Repeat(options.AttentiveProbes, options.Probe.Repeats).SelectMany(kinds => kinds);
        var probes = new AttentiveProbes(encoder, training.ClassNames, options);
        ITokenBatches Batches(LabeledFeatures stored, params IImageDataset[] images) => options.Probe.Augmentation is { } augmentation
            ? new AugmentedTokenBatches(CreateLoader(images, training.ClassNames, augmentation), encoder)
            : new StoredTokenBatches(stored, encoder, options.Probe);
        if (!tokens.IsRefitted)
        {
            IReadOnlyList<ClassificationMetrics[]> once = await probes.MeasureAsync(
                Batches(tokens.Training, training), [tokens.Validation, tokens.Test, tokens.Training], report, cancellationToken)
                .ConfigureAwait(true);
            return [.. once.Zip(heads, (on, head) => new ProbeResult(head, on[0], on[1]) { TrainingTop1 = on[2].Top1 })];
        }

        IReadOnlyList<ClassificationMetrics[]> chosen = await probes.MeasureAsync(
            Batches(tokens.Training, training), [tokens.Validation], report, cancellationToken).ConfigureAwait(true);
        IReadOnlyList<ClassificationMetrics[]> refitted = await probes.MeasureAsync(
            Batches(tokens.Fitted, training, validation), [tokens.Test, tokens.Fitted], done => report(epochs + done), cancellationToken)
            .ConfigureAwait(true);
        return [.. chosen.Zip(refitted, heads).Select(
            each => new ProbeResult(each.Third, each.First[0], each.Second[0]) { TrainingTop1 = each.Second[1].Top1 })];
    }

    private LabeledLoader CreateLoader(IImageDataset[] images, IReadOnlyList<string> classNames, AugmentationSpec augmentation)
    {
        IImageDataset labeled = LabeledClasses.RemoveUnlabeled(
            images.Length == 1 ? images[0] : LabeledClasses.Align(classNames, new ConcatenatedDataset(images), nameof(images)));
        var transform = new TwoViewTransform(augmentation, model.Preprocessing);
        var batches = new FineTuningOptions { BatchSize = Math.Min(options.Probe.BatchSize, labeled.Count), Seed = options.Probe.Seed };
        var problems = new DatasetProblemLog(logger, options.FailOnUnreadable);
        return new LabeledLoader(
            labeled, transform.ApplyOne, transform.TensorLength, batches, new TrainingRunOptions { Decoding = decoding }, problems.Tell);
    }

    private async Task<EvaluationFeatures> EncodeAsync(
        FrozenEncoder encoder, IImageDataset training, IImageDataset validation, IImageDataset test,
        IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var preprocessor = new ImagePreprocessor(model.Preprocessing, decoding);
        var problems = new DatasetProblemLog(logger, options.FailOnUnreadable);
        Task<LabeledFeatures> ReadAsync(IImageDataset dataset, EvaluationStage stage) =>
            LabeledFeatureReader.ReadAsync(
                dataset, preprocessor, encoder.Encode, (done, total) => progress?.Report(new EvaluationProgress(stage, done, total)),
                problems.Tell, cancellationToken);
        foreach ((IImageDataset dataset, string split) in new[] { (training, "training"), (validation, "validation"), (test, "test") })
        {
            problems.TellSuspect(dataset, split);
            await ReadableClasses.RequireAsync(dataset, split, decoding, cancellationToken).ConfigureAwait(true);
        }

        LabeledFeatures learned = await ReadAsync(training, EvaluationStage.EncodingTraining).ConfigureAwait(true);
        FewShot.Require(learned, training.ClassNames, options.FewShotPerClass);
        if (options.RefitsWithValidation)
            LabeledFeatureReader.RequireLength(learned.Vectors.LongLength + ((long)learned.Width * validation.Count), validation);

        LabeledFeatures chosen = await ReadAsync(validation, EvaluationStage.EncodingValidation).ConfigureAwait(true);
        LabeledFeatures tested = await ReadAsync(test, EvaluationStage.EncodingTest).ConfigureAwait(true);
        return new EvaluationFeatures(learned, chosen, tested, options.RefitsWithValidation ? learned.Concat(chosen) : learned);
    }

    private ProbeResult MeasureNeighbors(EvaluationFeatures pooled, IReadOnlyList<string> classNames, CancellationToken cancellationToken)
    {
        ClassificationMetrics MeasureOn(LabeledFeatures known, LabeledFeatures queries) => ClassificationMetrics.FromProbabilities(
            NearestNeighbors.Probabilities(known, queries, classNames.Count, options.Neighbors, options.NeighborTemperature, cancellationToken),
            queries.Labels, classNames);
        return new ProbeResult(Head: null, MeasureOn(pooled.Training, pooled.Validation), MeasureOn(pooled.Fitted, pooled.Test));
    }

    private static Action<int> Report(IProgress<EvaluationProgress>? progress, EvaluationStage stage, int total) =>
        done => progress?.Report(new EvaluationProgress(stage, done, total));
}

/// <summary>
/// Features of the three splits of an evaluation, computed once for all probes, and of the images that the tested probes learn from.
/// </summary>
internal sealed record EvaluationFeatures(LabeledFeatures Training, LabeledFeatures Validation, LabeledFeatures Test, LabeledFeatures Fitted)
{
    /// <summary>The tested probes learn from the training images alone.</summary>
    public EvaluationFeatures(LabeledFeatures training, LabeledFeatures validation, LabeledFeatures test)
        : this(training, validation, test, training) { }

    /// <summary>Whether probes learn again for the test.</summary>
    public bool IsRefitted => !ReferenceEquals(Training, Fitted);

    public EvaluationFeatures Select(Func<LabeledFeatures, LabeledFeatures> change)
    {
        LabeledFeatures training = change(Training);
        return new(training, change(Validation), change(Test), IsRefitted ? change(Fitted) : training);
    }
}
