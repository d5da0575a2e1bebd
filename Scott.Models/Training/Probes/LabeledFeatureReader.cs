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
    /// <exception cref="FeatureException">The encoder computes numbers that are not finite.</exception>
    public static async Task<LabeledFeatures> ReadAsync(
        IImageDataset dataset, ImagePreprocessor preprocessor, Func<float[], int, float[]> encode, Action<int, int>? progress,
        Action<string, Exception> onUnreadable, CancellationToken cancellationToken)
    {
        int[] labeled = [.. Enumerable.Range(0, dataset.Count).Where(index => LabeledClasses.LabelOf(dataset, index) is not null)];
        (float[] rows, List<int> read) = await ReadAsync(
            dataset, labeled, preprocessor, encode, progress, onUnreadable, cancellationToken).ConfigureAwait(true);
        int[] labels = [.. read.Select(index => dataset.LabelOf(index)!.Value)];
        ReadableClasses.Require(dataset, labels);
        return new LabeledFeatures(rows, labels);
    }

    /// <summary>The same for images with several labels, or none of them, whose labels are known.</summary>
    /// <returns>[M, …], and for each of the M images its labels.</returns>
    /// <exception cref="DatasetException">No such image can be read, or no image with a label.</exception>
    public static async Task<(float[] Rows, IReadOnlyList<IReadOnlyList<int>> Labels)> ReadMultiLabelAsync(
        IImageDataset dataset, ImagePreprocessor preprocessor, Func<float[], int, float[]> encode, Action<string, Exception> onUnreadable,
        CancellationToken cancellationToken)
    {
        int[] labeled = [.. Enumerable.Range(0, dataset.Count).Where(index => LabeledClasses.LabelsOf(dataset, index) is not null)];
        (float[] rows, List<int> read) = await ReadAsync(
            dataset, labeled, preprocessor, encode, null, onUnreadable, cancellationToken).ConfigureAwait(true);
        IReadOnlyList<int>[] labels = [.. read.Select(index => dataset.LabelsOf(index)!)];
        ReadableClasses.Require(dataset, labels.SelectMany(each => each));
        return (rows, labels);
    }

    /// <summary>Encodes some images; returns the numbers of those that can be read.</summary>
    private static async Task<(float[] Rows, List<int> Read)> ReadAsync(
        IImageDataset dataset, int[] labeled, ImagePreprocessor preprocessor, Func<float[], int, float[]> encode, Action<int, int>? progress,
        Action<string, Exception> onUnreadable, CancellationToken cancellationToken)
    {
        int[][] chunks = [.. labeled.Chunk(ChunkSize)];
        (Queue<float[]> rows, List<int> read, int done) = (new(), [], 0);
        Task<(float[] Images, int[] Read)> Prepare(int[] chunk) =>
            PrepareAsync(dataset, preprocessor, onUnreadable, chunk, cancellationToken);
        Task<(float[] Images, int[] Read)> next = Prepare(chunks.FirstOrDefault([]));
        try
        {
            for (int i = 0; i < chunks.Length; i++)
            {
                (float[] images, int[] found) = await next.ConfigureAwait(true);

                // The next chunk is decoded while the encoder works on this one.
                next = Prepare(i + 1 < chunks.Length ? chunks[i + 1] : []);
                if (found.Length > 0)
                {
                    rows.Enqueue(RequireFinite(encode(images, found.Length), found, dataset));
                    read.AddRange(found);
                    if (rows.Count == 1)
                        RequireLength((long)rows.Peek().Length / found.Length * labeled.Length, dataset);
                }

                done += chunks[i].Length;
                progress?.Invoke(done, labeled.Length);
            }
        }
        finally
        {
            // After a failure, nothing may read the dataset any more: the caller may dispose it.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return read.Count > 0
            ? (Join(rows, dataset), read)
            : throw new DatasetException(dataset.Name, "none of its images is labeled and can be read.");
    }

    /// <summary>Joins the chunks, and releases each one once it is copied: together they may fill half the memory.</summary>
    private static float[] Join(Queue<float[]> chunks, IImageDataset dataset)
    {
        long length = chunks.Sum(chunk => (long)chunk.Length);
        RequireLength(length, dataset);
        float[] joined = new float[length];
        int at = 0;
        while (chunks.TryDequeue(out float[]? chunk))
        {
            chunk.CopyTo(joined, at);
            at += chunk.Length;
        }

        return joined;
    }

    /// <exception cref="FeatureException">A number is not finite.</exception>
    private static float[] RequireFinite(float[] features, int[] images, IImageDataset dataset)
    {
        int wrong = FiniteNumbers.IndexOfOther(features);
        return wrong < 0 ? features : throw new FeatureException(dataset.NameOf(images[wrong / (features.Length / images.Length)]));
    }

    /// <summary>Refuses features that do not fit into one array, before all images are encoded.</summary>
    public static void RequireLength(long length, IImageDataset dataset)
    {
        if (length > Array.MaxLength)
        {
            string limit = $"{Plural.Of(length, "number")}; expected at most {Array.MaxLength}";
            throw new DatasetException(dataset.Name, $"the features of its images are {limit}. Use fewer images, or a smaller image size.");
        }
    }

    /// <summary>The images of a chunk that can be read, without gaps, and their numbers.</summary>
    private static async Task<(float[] Images, int[] Read)> PrepareAsync(
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

        return (images, [.. read.Select(slot => indices[slot])]);
    }
}
