using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Some images of a dataset, preprocessed once, to check an encoder's features on after each epoch.</summary>
internal sealed class HealthProbe(float[] images, int count)
{
    /// <summary>Takes images evenly from a dataset, except those that cannot be read.</summary>
    /// <exception cref="DatasetException">Fewer than two can be read.</exception>
    public static async Task<HealthProbe> CreateAsync(
        IImageDataset dataset, ImagePreprocessor preprocessor, int maximumImages, CancellationToken cancellationToken)
    {
        // One array holds them: less than 2^31 numbers.
        int wanted = Math.Min(Math.Min(maximumImages, dataset.Count), Array.MaxLength / preprocessor.TensorLength);
        float[] images = new float[wanted * preprocessor.TensorLength];
        int count = 0;
        Exception? first = null;
        for (int i = 0; i < wanted; i++)
        {
            try
            {
                Memory<float> slot = images.AsMemory(count * preprocessor.TensorLength, preprocessor.TensorLength);
                ImageSource source = dataset.SourceOf((int)((long)i * dataset.Count / wanted));
                await preprocessor.PreprocessAsync(source, slot, cancellationToken).ConfigureAwait(true);
                count++;
            }
            catch (Exception exception) when (ImageErrors.IsImageError(exception))
            {
                // The loader reports it or ends the run.
                first ??= exception;
            }
        }

        if (count >= 2)
            return new HealthProbe(images, count);

        string reason = first is null ? string.Empty : $" The first that cannot: {first.Message}";
        throw new DatasetException(dataset.Name, $"fewer than two of its images can be read.{reason}", first);
    }

    /// <summary>Measures an encoder: images [count, 3, H, W] and their count → vectors [count, D].</summary>
    public FeatureHealth Measure(Func<float[], int, float[]> encode, CancellationToken cancellationToken)
    {
        float[] vectors = encode(images, count);
        return FeatureHealth.Measure(vectors, vectors.Length / count, cancellationToken);
    }
}
