using Microsoft.Extensions.Logging;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Measures a model's frozen features on labeled images: encodes each once, then runs every probe on what that gave.</summary>
internal sealed class ModelEvaluator(ScottModel model, TorchDevice device, ImageDecodingOptions decoding, EvaluationOptions options, ILogger logger)
{
    public async Task<EvaluationResult> RunAsync(EvaluationImages images, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        options.Validate();
        IReadOnlyList<string> classNames = images.Training.ClassNames;
        using var encoder = new FrozenEncoder(model, device);
        EvaluationFeatures tokens = await EncodeAsync(encoder, images, progress, cancellationToken).ConfigureAwait(true);
        EvaluationFeatures pooled = tokens.Select(encoder.Pool);
        ProbeResult neighbors = MeasureNeighbors(pooled, classNames);
        (ProbeResult linear, double penalty) = LinearProbe.Measure(pooled, classNames, cancellationToken);
        IReadOnlyList<FewShotResult> fewShot = new FewShot(pooled, classNames, options).Measure(
            Report(progress, EvaluationStage.FewShot, options.FewShotPerClass.Count * options.FewShotRepeats), cancellationToken);
        IReadOnlyList<ProbeResult> attentive = new AttentiveProbes(tokens, model.Architecture.EmbeddingWidth, classNames, options.AttentiveProbes, options.Probe, encoder.Device)
            .Measure(Report(progress, EvaluationStage.TrainingProbes, options.Probe.Epochs), cancellationToken);
        return new EvaluationResult
        {
            TrainingImages = tokens.Training.Labels.Count,
            Neighbors = neighbors,
            Linear = linear,
            LinearPenalty = penalty,
            Attentive = attentive,
            Selected = AttentiveProbes.Select(attentive),
            FewShot = fewShot,
            Health = Health(pooled.Test),
        };
    }

    private async Task<EvaluationFeatures> EncodeAsync(
        FrozenEncoder encoder, EvaluationImages images, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var preprocessor = new ImagePreprocessor(model.Preprocessing, decoding);
        var unreadable = new UnreadableOnce(logger);
        Task<LabeledFeatures> ReadAsync(IImageDataset dataset, EvaluationStage stage) =>
            LabeledFeatures.ReadAsync(dataset, preprocessor, encoder.Encode, Report(progress, stage, dataset.Count), unreadable.Tell, cancellationToken);
        (IImageDataset training, IImageDataset validation, IImageDataset test) = images.Split(options.ValidationRatio, options.Probe.Seed);
        foreach ((IImageDataset dataset, string split) in new[] { (training, "training"), (validation, "validation"), (test, "test") })
        {
            unreadable.TellSuspect(dataset, split);
            await ReadableClasses.RequireAsync(dataset, split, decoding, cancellationToken).ConfigureAwait(true);
        }

        LabeledFeatures learned = await ReadAsync(training, EvaluationStage.EncodingTraining).ConfigureAwait(true);
        FewShot.Require(learned, training.ClassNames, options.FewShotPerClass);
        return new EvaluationFeatures(
            learned,
            await ReadAsync(validation, EvaluationStage.EncodingValidation).ConfigureAwait(true),
            await ReadAsync(test, EvaluationStage.EncodingTest).ConfigureAwait(true));
    }

    private ProbeResult MeasureNeighbors(EvaluationFeatures pooled, IReadOnlyList<string> classNames)
    {
        ClassificationMetrics MeasureOn(LabeledFeatures queries) => ClassificationMetrics.FromProbabilities(
            NearestNeighbors.Probabilities(pooled.Training, queries, classNames.Count, options.Neighbors, options.NeighborTemperature), queries.Labels, classNames);
        return new ProbeResult(ProbeKind.NearestNeighbors, MeasureOn(pooled.Validation), MeasureOn(pooled.Test));
    }

    private static Action<int> Report(IProgress<EvaluationProgress>? progress, EvaluationStage stage, int total) =>
        done => progress?.Report(new EvaluationProgress(stage, done, total));

    private static FeatureHealth Health(LabeledFeatures pooled)
    {
        using DisposeScope scope = NewDisposeScope();
        return FeatureHealth.Measure(tensor(pooled.Vectors, pooled.Labels.Count, pooled.Width));
    }
}
