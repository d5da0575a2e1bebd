using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>Measures a model's frozen features on labeled images: encodes each once, then runs every probe on the features.</summary>
internal sealed class ModelEvaluator(ScottModel model, TorchDevice device, ImageDecodingOptions decoding, EvaluationOptions options, ILogger logger)
{
    /// <summary>Without validation images, some of the training images are set aside for validation.</summary>
    public async Task<EvaluationResult> RunAsync(
        IImageDataset training, IImageDataset? validation, IImageDataset test, IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        options.Validate();
        IReadOnlyList<string> classNames = training.ClassNames;
        if (validation is null)
        {
            var split = DatasetSplit.Stratified(training, options.ValidationRatio, options.Probe.Seed);
            (training, validation) = (split.Training, split.Validation);
        }

        using var encoder = new FrozenEncoder(model, device);
        EvaluationFeatures tokens = await EncodeAsync(encoder, training, validation, test, progress, cancellationToken).ConfigureAwait(true);
        EvaluationFeatures pooled = tokens.Select(encoder.Pool);
        ProbeResult neighbors = MeasureNeighbors(pooled, classNames);
        (ProbeResult linear, double penalty) = LinearProbe.Measure(pooled, classNames, cancellationToken);
        IReadOnlyList<FewShotResult> fewShot = new FewShot(pooled, classNames, options).Measure(
            Report(progress, EvaluationStage.FewShot, options.FewShotPerClass.Count * options.FewShotRepeats), cancellationToken);
        var probes = new AttentiveProbes(tokens, model.Architecture.EmbeddingWidth, classNames, options, encoder.Device);
        IReadOnlyList<ProbeResult> attentive = probes.Measure(
            Report(progress, EvaluationStage.TrainingProbes, options.Probe.Epochs), cancellationToken);
        return new EvaluationResult
        {
            TrainingImages = tokens.Training.Labels.Count,
            Neighbors = neighbors,
            Linear = linear,
            LinearPenalty = penalty,
            Attentive = attentive,
            Selected = AttentiveProbes.Select(attentive),
            FewShot = fewShot,
            Health = FeatureHealth.Measure(pooled.Test.Vectors, pooled.Test.Width),
        };
    }

    private async Task<EvaluationFeatures> EncodeAsync(
        FrozenEncoder encoder, IImageDataset training, IImageDataset validation, IImageDataset test,
        IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var preprocessor = new ImagePreprocessor(model.Preprocessing, decoding);
        var problems = new DatasetProblemLog(logger);
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
        return new EvaluationFeatures(
            learned, await ReadAsync(validation, EvaluationStage.EncodingValidation).ConfigureAwait(true),
            await ReadAsync(test, EvaluationStage.EncodingTest).ConfigureAwait(true));
    }

    private ProbeResult MeasureNeighbors(EvaluationFeatures pooled, IReadOnlyList<string> classNames)
    {
        ClassificationMetrics MeasureOn(LabeledFeatures queries) => ClassificationMetrics.FromProbabilities(
            NearestNeighbors.Probabilities(pooled.Training, queries, classNames.Count, options.Neighbors, options.NeighborTemperature),
            queries.Labels, classNames);
        return new ProbeResult(Head: null, MeasureOn(pooled.Validation), MeasureOn(pooled.Test));
    }

    private static Action<int> Report(IProgress<EvaluationProgress>? progress, EvaluationStage stage, int total) =>
        done => progress?.Report(new EvaluationProgress(stage, done, total));
}

/// <summary>Features of the three splits of an evaluation, computed once for all probes.</summary>
internal sealed record EvaluationFeatures(LabeledFeatures Training, LabeledFeatures Validation, LabeledFeatures Test)
{
    public EvaluationFeatures Select(Func<LabeledFeatures, LabeledFeatures> change) => new(change(Training), change(Validation), change(Test));
}
