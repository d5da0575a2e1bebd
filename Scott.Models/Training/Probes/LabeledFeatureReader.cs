using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Reads the features of a dataset's labeled images.</summary>
internal static class LabeledFeatureReader
{
    private const int ChunkSize = 64;

    /// <summary>Encodes every labeled image, preprocessed as for evaluation: [count, 3, S, S] → [count, …]. Leaves out unreadable ones.</summary>
    /// <remarks>The progress is the images done, of all that have a label. Many threads call <paramref name="onUnreadable"/>.</remarks>
    /// <exception cref="DatasetException">No labeled image can be read, or no image of a class.</exception>
    public static async Task<LabeledFeatures> ReadAsync(
        IImageDataset dataset, ImagePreprocessor preprocessor, Func<float[], int, float[]> encode, Action<int, int>? progress,
        Action<string, Exception> onUnreadable, CancellationToken cancellationToken)
    {
        int[] labeled = [.. Enumerable.Range(0, dataset.Count).Where(index => dataset.LabelOf(index) is not null)];
        int[][] chunks = [.. labeled.Chunk(ChunkSize)];
        (Queue<float[]> rows, List<int> labels, int done) = (new(), [], 0);
        Task<(float[] Images, List<int> Labels)> Prepare(int[] chunk) =>
            PrepareAsync(dataset, preprocessor, onUnreadable, chunk, cancellationToken);
        Task<(float[] Images, List<int> Labels)> next = Prepare(chunks.FirstOrDefault([]));
        for (int i = 0; i < chunks.Length; i++)
        {
            (float[] images, List<int> found) = await next.ConfigureAwait(true);

            // The next chunk is decoded while the encoder works on this one.
            next = Prepare(i + 1 < chunks.Length ? chunks[i + 1] : []);
            if (found.Count > 0)
            {
                rows.Enqueue(encode(images, found.Count));
                labels.AddRange(found);
            }

            done += chunks[i].Length;
            progress?.Invoke(done, labeled.Length);
        }

        if (labels.Count == 0)
            throw new DatasetException(dataset.Name, "none of its images is labeled and can be read.");

        ReadableClasses.Require(dataset, labels);
        return new LabeledFeatures(Join(rows, dataset), labels);
    }

    /// <summary>Joins the chunks, and releases each one once it is copied: together they may fill half the memory.</summary>
    private static float[] Join(Queue<float[]> chunks, IImageDataset dataset)
    {
        long length = chunks.Sum(chunk => (long)chunk.Length);
        if (length > Array.MaxLength)
        {
            string limit = $"{Plural.Of(length, "number")}; expected at most {Array.MaxLength}";
            throw new DatasetException(dataset.Name, $"the features of its images are {limit}. Use fewer images, or a smaller image size.");
        }

        float[] joined = new float[length];
        int at = 0;
        while (chunks.TryDequeue(out float[]? chunk))
        {
            chunk.CopyTo(joined, at);
            at += chunk.Length;
        }

        return joined;
    }

    /// <summary>The images of a chunk that can be read, without gaps, and their labels.</summary>
    private static async Task<(float[] Images, List<int> Labels)> PrepareAsync(
        IImageDataset dataset, ImagePreprocessor preprocessor, Action<string, Exception> onUnreadable, int[] indices,
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
        int[] read = [.. Enumerable.Range(0, indices.Length).Where(slot => isRead[slot])];
        for (int i = 0; i < read.Length; i++)
            images.AsSpan(read[i] * length, length).CopyTo(images.AsSpan(i * length));

        return (images, [.. read.Select(slot => dataset.LabelOf(indices[slot])!.Value)]);
    }
}
