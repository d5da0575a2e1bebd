using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>Sets up fine-tuning to a classifier whose labels do not exclude each other, and runs it. Made by
/// <see cref="TrainingExtensions.FineTuneMultiLabel"/>. Not thread-safe.</summary>
/// <remarks>Begins with <see cref="FineTuningOptions.MultiLabel"/>, and with crops of at least <see cref="DefaultMinimumScale"/> of an image: a small
/// crop can miss what a label means.</remarks>
public sealed class MultiLabelBuilder : ClassifierTrainingBuilder<MultiLabelBuilder, MultiLabelRecord, MultiLabelResult>
{
    /// <summary>The smallest share of an image's area that a crop takes, unless other changes are set.</summary>
    public const double DefaultMinimumScale = 0.6;

    internal MultiLabelBuilder(ScottModel model, IImageDataset training)
        : base(model, training, FineTuningOptions.MultiLabel, nameof(TrainingExtensions.FineTuneMultiLabel)) =>
        Request = Request with { Augmentation = new AugmentationSpec { MinimumScale = DefaultMinimumScale } };

    private protected override async Task<ITrainingMethod<MultiLabelRecord, MultiLabelResult>> CreateMethodAsync(
        FineTuningOptions options, CancellationToken cancellationToken)
    {
        options.RequireWatched(isMultiLabel: true);
        return await MultiLabelMethod.CreateAsync(Request, options, Validation, cancellationToken).ConfigureAwait(true);
    }
}
