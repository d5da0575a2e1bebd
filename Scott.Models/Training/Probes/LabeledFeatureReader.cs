using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Reads the features of a dataset's labeled images.</summary>
internal static class LabeledFeatureReader
{
    private const int ChunkSize = 64;

    /// <summary>Reads every labeled image, preprocessed as for evaluation. Those that cannot be read are left out.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="preprocessor">Makes each image's [3, S, S].</param>
    /// <param name="encode">[count, 3, S, S] and count → [count, …], one row of features per image.</param>
    /// <param name="progress">Told how many images are done.</param>
    /// <param name="onUnreadable">Told which image is left out and why; called by many threads.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="DatasetException">No image is labeled and can be read, or none of a class.</exception>
    public static async Task<LabeledFeatures> ReadAsync(
        IImageDataset dataset,
        ImagePreprocessor preprocessor,
        Func<float[], int, float[]> encode,
        Action<int>? progress,
        Action<string, Exception> onUnreadable,
        CancellationToken cancellationToken)
    {
        int[][] chunks = [.. Enumerable.Range(0, dataset.Count).Where(index => dataset.LabelOf(index) is not null).Chunk(ChunkSize)];
        (List<float[]> rows, List<int> labels, int done) = ([], [], 0);
        Task<(float[] Images, List<int> Labels)>? next = null;
        for (int i = 0; i < chunks.Length; i++)
        {
            (float[] images, List<int> found) = await (
                next ?? PrepareAsync(dataset, preprocessor, onUnreadable, chunks[i], cancellationToken)).ConfigureAwait(true);

            // Decoded while the encoder is at work on this chunk.
            next = i + 1 < chunks.Length ? PrepareAsync(dataset, preprocessor, onUnreadable, chunks[i + 1], cancellationToken) : null;
            if (found.Count > 0)
            {
                rows.Add(encode(images, found.Count));
                labels.AddRange(found);
            }

            done += chunks[i].Length;
            progress?.Invoke(done);
        }

        if (labels.Count == 0)
            throw new DatasetException(dataset.Name, "none of its images is labeled and can be read.");

        ReadableClasses.Require(dataset, labels);
        return new LabeledFeatures(Join(rows, dataset), labels);
    }

    /// <summary>Puts chunks one after the other, and lets go of each: together they may fill half the memory.</summary>
    private static float[] Join(List<float[]> chunks, IImageDataset dataset)
    {
        long length = chunks.Sum(chunk => (long)chunk.Length);
        if (length > Array.MaxLength)
        {
            throw new DatasetException(
                dataset.Name,
                $"the features of its images are {Plural.Of(length, "number")}; expected at most {Array.MaxLength}. "
                + "Use fewer images, or a smaller image size.");
        }

        float[] joined = new float[length];
        int at = 0;
        for (int i = 0; i < chunks.Count; i++)
        {
            chunks[i].CopyTo(joined, at);
            at += chunks[i].Length;
            chunks[i] = [];
        }

        return joined;
    }

    /// <summary>The images of a chunk that can be read, without gaps, and their labels.</summary>
    private static async Task<(float[] Images, List<int> Labels)> PrepareAsync(
        IImageDataset dataset,
        ImagePreprocessor preprocessor,
        Action<string, Exception> onUnreadable,
        int[] indices,
        CancellationToken cancellationToken)
    {
        int length = preprocessor.TensorLength;
        float[] images = new float[indices.Length * length];
        bool[] isRead = new bool[indices.Length];
        await Parallel.ForAsync(0, indices.Length, cancellationToken, async (slot, token) =>
        {
            try
            {
                await preprocessor.PreprocessAsync(
                    dataset.SourceOf(indices[slot]), images.AsMemory(slot * length, length), token).ConfigureAwait(false);
                isRead[slot] = true;
            }
            catch (Exception exception) when (ImageErrors.IsImageError(exception))
            {
                onUnreadable(dataset.NameOf(indices[slot]), exception);
            }
        }).ConfigureAwait(false);
        List<int> labels = [];
        for (int slot = 0; slot < indices.Length; slot++)
        {
            if (isRead[slot])
            {
                images.AsSpan(slot * length, length).CopyTo(images.AsSpan(labels.Count * length));
                labels.Add(dataset.LabelOf(indices[slot])!.Value);
            }
        }

        return (images, labels);
    }
}
