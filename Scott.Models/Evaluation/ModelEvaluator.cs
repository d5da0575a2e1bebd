using Scott.Models.Data;
using Scott.Models.Imaging;
using Scott.Models.Native;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Evaluation;

/// <summary>Measures a model's frozen features on labelled pictures: encodes all, then runs every probe.</summary>
internal sealed class ModelEvaluator(ModelSnapshot model, TorchDevice device, ImageDecodingOptions decoding, ProbeOptions options)
{
    public async Task<EvaluationResult> RunAsync(
        IImageDataset training, IImageDataset validation, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        options.Validate();
        var preprocessor = new ImagePreprocessor(model.Preprocessing, decoding);
        using var encoder = new FrozenEncoder(model, device);
        Task<LabelledFeatures> EncodeAsync(IImageDataset dataset, EvaluationStage stage) => LabelledFeatures.ReadAsync(
            dataset, preprocessor, encoder.Encode, done => progress?.Report(new EvaluationProgress(stage, done, dataset.Count)), cancellationToken);
        LabelledFeatures trainingTokens = await EncodeAsync(training, EvaluationStage.EncodingTraining).ConfigureAwait(true);
        LabelledFeatures validationTokens = await EncodeAsync(validation, EvaluationStage.EncodingValidation).ConfigureAwait(true);
        int classes = training.ClassNames.Count;
        ProbeAccuracy attentive = AttentiveProbe.Measure(
            trainingTokens,
            validationTokens,
            model.Architecture.EmbeddingWidth,
            classes,
            options,
            done => progress?.Report(new EvaluationProgress(EvaluationStage.TrainingProbe, done, options.Epochs)),
            cancellationToken);
        LabelledFeatures pooled = encoder.Pool(validationTokens);
        return new EvaluationResult(FrozenAccuracy.Measure(encoder.Pool(trainingTokens), pooled, classes), attentive, Health(pooled));
    }

    private static FeatureHealth Health(LabelledFeatures pooled)
    {
        using DisposeScope scope = NewDisposeScope();
        return FeatureHealth.Measure(tensor(pooled.Vectors, pooled.Labels.Count, pooled.Width));
    }
}
