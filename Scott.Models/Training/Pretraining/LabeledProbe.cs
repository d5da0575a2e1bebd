using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Labeled images to evaluate the frozen features on during a run, which learns nothing from the labels.</summary>
/// <param name="Training">The images that the probes learn from.</param>
/// <param name="Validation">The images that they are tested on, of the same classes.</param>
/// <param name="EveryEpochs">The epochs from one evaluation to the next, at least 1. The last epoch always has one.</param>
internal sealed record LabeledProbe(IImageDataset Training, IImageDataset Validation, int EveryEpochs)
{
    public bool IsDue(int epoch, bool isLast) => isLast || epoch % EveryEpochs == 0;

    public async Task<FrozenAccuracy> MeasureAsync(
        JepaStep step, ImagePreprocessor preprocessor, DatasetProblemLog problems, CancellationToken cancellationToken)
    {
        Task<LabeledFeatures> ReadAsync(IImageDataset dataset) =>
            LabeledFeatureReader.ReadAsync(dataset, preprocessor, step.Encode, null, problems.Tell, cancellationToken);
        LabeledFeatures training = await ReadAsync(Training).ConfigureAwait(true);
        LabeledFeatures validation = await ReadAsync(Validation).ConfigureAwait(true);
        return FrozenAccuracy.Measure(training, validation, Training.ClassNames.Count);
    }
}
