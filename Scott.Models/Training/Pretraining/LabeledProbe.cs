using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Labeled images to evaluate the frozen features on during a run. The run learns nothing from their labels.</summary>
/// <param name="Training">What the probes learn from.</param>
/// <param name="Validation">What they are tested on; of the same classes.</param>
/// <param name="EveryEpochs">The epochs from one evaluation to the next, at least 1. The last epoch has one in any case.</param>
internal sealed record LabeledProbe(IImageDataset Training, IImageDataset Validation, int EveryEpochs)
{
    public bool IsDue(int epoch, bool isLast) => isLast || epoch % EveryEpochs == 0;

    public async Task<FrozenAccuracy> MeasureAsync(JepaStep step, ImagePreprocessor preprocessor, UnreadableOnce unreadable, CancellationToken cancellationToken)
    {
        LabeledFeatures training = await LabeledFeatureReader.ReadAsync(Training, preprocessor, step.Encode, null, unreadable.Tell, cancellationToken).ConfigureAwait(true);
        LabeledFeatures validation = await LabeledFeatureReader.ReadAsync(Validation, preprocessor, step.Encode, null, unreadable.Tell, cancellationToken).ConfigureAwait(true);
        return FrozenAccuracy.Measure(training, validation, Training.ClassNames.Count);
    }
}
