using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Labeled images to evaluate the frozen features on during a run, which learns nothing from the labels.</summary>
/// <remarks>An evaluation follows every n-th epoch (n is at least 1) and the last one. Both datasets have the same classes.</remarks>
internal sealed record LabeledProbe(IImageDataset Training, IImageDataset Validation, int EveryEpochs)
{
    /// <summary>Checks what an app gave; the names of the arguments are those of <c>WithEvaluation</c>.</summary>
    /// <exception cref="ArgumentException">The validation images have a class that the others do not have, or there are no classes.</exception>
    public static LabeledProbe Create(IImageDataset training, IImageDataset validation, int everyEpochs)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(everyEpochs);
        return new LabeledProbe(training, LabeledClasses.Align(training.ClassNames, validation, nameof(validation)), everyEpochs);
    }

    /// <summary>Which images they are: a digest of names and labels, then one of the contents of each dataset. Reads every image.</summary>
    /// <remarks>Earlier versions kept only the first digest.</remarks>
    public async Task<string> IdentifyAsync(int workers, CancellationToken cancellationToken)
    {
        IImageDataset[] sets = [Training, Validation];
        IEnumerable<string> lines = sets.SelectMany(set => Enumerable.Range(0, set.Count).Select(
            index => FormattableString.Invariant($"{set.RelativeNameOf(index)} {set.LabelOf(index)}")));
        List<string> digests = [Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))];
        foreach (IImageDataset dataset in sets)
        {
            DatasetFingerprint contents = await DatasetFingerprint.CreateAsync(
                dataset, hasLabels: true, workers, () => { }, cancellationToken).ConfigureAwait(true);
            digests.Add(contents.Digest);
        }

        return string.Join(' ', digests);
    }

    public bool IsDue(int epoch, bool isLast) => isLast || epoch % EveryEpochs == 0;

    /// <summary>Measures an encoder: images [count, 3, H, W] and their count → vectors [count, D].</summary>
    public async Task<FrozenAccuracy> MeasureAsync(
        Func<float[], int, float[]> encode, ImagePreprocessor preprocessor, DatasetProblemLog problems, CancellationToken cancellationToken)
    {
        Task<LabeledFeatures> ReadAsync(IImageDataset dataset) =>
            LabeledFeatureReader.ReadAsync(dataset, preprocessor, encode, null, problems.Tell, cancellationToken);
        LabeledFeatures training = await ReadAsync(Training).ConfigureAwait(true);
        LabeledFeatures validation = await ReadAsync(Validation).ConfigureAwait(true);
        return FrozenAccuracy.Measure(training, validation, Training.ClassNames.Count, cancellationToken);
    }
}
