using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models;

/// <summary>Learns what is normal: <c>model.LearnAnomaliesAsync(normalImages)</c>.</summary>
public static class AnomalyExtensions
{
    /// <summary>Learns from normal images, in seconds for a few hundred. Needs neither defects nor labels, nor libtorch.</summary>
    /// <param name="model">The model. It does not change.</param>
    /// <param name="normalImages">Images without defects, for example <see cref="ImageFolder.Open"/>; labels are not used. Images that cannot be read
    /// are left out and counted.</param>
    /// <param name="options">How to learn; the defaults if <see langword="null"/>.</param>
    /// <param name="progress">Called after each image, and while patches are selected.</param>
    /// <param name="cancellationToken">Cancels between images and between patches.</param>
    /// <returns>The detector, which the caller disposes.</returns>
    /// <remarks>The vectors of all images are in memory while it learns: with the default options and model, 0.3 MB for each image.</remarks>
    /// <exception cref="AnomalyTrainingException">There are no images, none can be read, or they are too few.</exception>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="NativeLibraryException">The engine's native library is missing or does not load.</exception>
    public static Task<AnomalyDetector> LearnAnomaliesAsync(
        this ScottModel model, IImageDataset normalImages, AnomalyOptions? options = null, IProgress<AnomalyProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(normalImages);
        IEnumerable<ImageSource> images = Enumerable.Range(0, normalImages.Count).Select(normalImages.SourceOf);
        return LearnAnomaliesAsync(model, images, options, progress, cancellationToken);
    }

    /// <inheritdoc cref="LearnAnomaliesAsync(ScottModel, IImageDataset, AnomalyOptions?, IProgress{AnomalyProgress}?, CancellationToken)"/>
    /// <exception cref="ArgumentException">An image is null.</exception>
    public static Task<AnomalyDetector> LearnAnomaliesAsync(
        this ScottModel model, IEnumerable<ImageSource> normalImages, AnomalyOptions? options = null, IProgress<AnomalyProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImageSource[] images = Items.NotNull(normalImages, "an image");
        return AnomalyDetector.LearnAsync(model, images, options ?? new AnomalyOptions(), progress, cancellationToken);
    }
}
