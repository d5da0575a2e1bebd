using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Features of a dataset's labeled images.</summary>
/// <param name="Vectors">[M, D], row-major.</param>
/// <param name="Labels">[M], classes from 0.</param>
internal sealed record LabeledFeatures(float[] Vectors, IReadOnlyList<int> Labels)
{
    private const int ChunkSize = 64;

    public int Width => Vectors.Length / Labels.Count;

    /// <summary>Reads every labeled image, preprocessed as for evaluation. Those that cannot be read are left out.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="preprocessor">Makes each image's [3, S, S].</param>
    /// <param name="encode">[count, 3, S, S] and count → [count, …], one row of features per image.</param>
    /// <param name="progress">Told the images done.</param>
    /// <param name="onUnreadable">Told which image is left out and why; called by many threads.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="DatasetException">None is labeled and can be read, or none of a class.</exception>
    public static async Task<LabeledFeatures> ReadAsync(
        IImageDataset dataset,
        ImagePreprocessor preprocessor,
        Func<float[], int, float[]> encode,
        Action<int>? progress,
        Action<string, Exception> onUnreadable,
        CancellationToken cancellationToken)
    {
        int[] labeled = [.. Enumerable.Range(0, dataset.Count).Where(index => dataset.LabelOf(index) is not null)];
        List<float[]> rows = [];
        List<int> labels = [];
        Task<Chunk> next = PrepareAsync(dataset, preprocessor, onUnreadable, labeled.AsMemory(0, Math.Min(ChunkSize, labeled.Length)), cancellationToken);
        for (int from = 0; from < labeled.Length; from += ChunkSize)
        {
            Chunk chunk = await next.ConfigureAwait(true);
            int following = from + ChunkSize;
            if (following < labeled.Length)
            {
                // Decoded while the encoder is at work on this chunk.
                next = PrepareAsync(dataset, preprocessor, onUnreadable, labeled.AsMemory(following, Math.Min(ChunkSize, labeled.Length - following)), cancellationToken);
            }

            if (chunk.Labels.Count > 0)
            {
                rows.Add(encode(chunk.Images, chunk.Labels.Count));
                labels.AddRange(chunk.Labels);
            }

            progress?.Invoke(Math.Min(following, labeled.Length));
        }

        if (labels.Count > 0)
        {
            ReadableClasses.Require(dataset, labels);
        }

        return labels.Count > 0
            ? new LabeledFeatures(Join(rows, dataset), labels)
            : throw new DatasetException(dataset.Name, "none of its images is labeled and can be read.");
    }

    /// <summary>Some of the images, in the order of their numbers here.</summary>
    public LabeledFeatures Take(IReadOnlyList<int> images)
    {
        float[] vectors = new float[images.Count * Width];
        for (int i = 0; i < images.Count; i++)
        {
            Vectors.AsSpan(images[i] * Width, Width).CopyTo(vectors.AsSpan(i * Width));
        }

        return new LabeledFeatures(vectors, [.. images.Select(image => Labels[image])]);
    }

    /// <summary>Puts chunks one after the other, and lets go of each: together they may fill half the memory.</summary>
    private static float[] Join(List<float[]> chunks, IImageDataset dataset)
    {
        long length = chunks.Sum(chunk => (long)chunk.Length);
        if (length > Array.MaxLength)
        {
            throw new DatasetException(dataset.Name, $"the features of its images are {Plural.Of(length, "number")}; expected at most {Array.MaxLength}. Use fewer images, or a smaller image size.");
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

    private static async Task<Chunk> PrepareAsync(
        IImageDataset dataset,
        ImagePreprocessor preprocessor,
        Action<string, Exception> onUnreadable,
        ReadOnlyMemory<int> indices,
        CancellationToken cancellationToken)
    {
        int length = preprocessor.TensorLength;
        float[] images = new float[indices.Length * length];
        bool[] isRead = new bool[indices.Length];
        await Parallel.ForAsync(0, indices.Length, cancellationToken, async (slot, token) =>
        {
            try
            {
                await preprocessor.PreprocessAsync(dataset.SourceOf(indices.Span[slot]), images.AsMemory(slot * length, length), token).ConfigureAwait(false);
                isRead[slot] = true;
            }
            catch (Exception exception) when (ImageReader.IsUnreadable(exception))
            {
                onUnreadable(dataset.NameOf(indices.Span[slot]), exception);
            }
        }).ConfigureAwait(false);
        List<int> labels = [];
        for (int slot = 0; slot < indices.Length; slot++)
        {
            if (isRead[slot])
            {
                images.AsSpan(slot * length, length).CopyTo(images.AsSpan(labels.Count * length));
                labels.Add(dataset.LabelOf(indices.Span[slot])!.Value);
            }
        }

        return new Chunk(images, labels);
    }

    private sealed record Chunk(float[] Images, List<int> Labels);
}
