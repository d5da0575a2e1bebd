using System.Collections.Immutable;
using System.Diagnostics;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>Takes images through preprocessing and engine, a few at a time, in memory of its own. For one thread at a time.</summary>
internal sealed class FeatureWorker(ImagePreprocessor preprocessor, IFeatureEngine engine, FeatureLayout layout, Operation operation, int capacity)
{
    private readonly FeatureBatch _batch = new(layout, capacity);
    private readonly Exception?[] _errors = new Exception?[capacity];

    /// <summary>One result per image, in order; an image that cannot be read gives its error.</summary>
    public async Task<ImageEmbedding[]> ProcessAsync(
        IReadOnlyList<ImageSource> images, long firstIndex, bool isBulk, CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        int count = 0;
        for (int i = 0; i < images.Count; i++)
        {
            try
            {
                await preprocessor.PreprocessAsync(images[i], _batch.Image(count), cancellationToken).ConfigureAwait(false);
                _errors[i] = null;
                count++;
            }
            catch (Exception exception) when (IsImagesOwn(exception, cancellationToken))
            {
                _errors[i] = exception;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (count > 0)
        {
            engine.Run(_batch, count, isBulk);
        }

        operation.RecordBatch(count, images.Count - count, Stopwatch.GetElapsedTime(begun));

        return Collect(images, firstIndex);
    }

    /// <summary>
    /// Whether an error says that this image cannot be read, and nothing about the next: whatever a file system or a stream may throw, a
    /// stream's own cancellation included, but not that the run is canceled.
    /// </summary>
    private static bool IsImagesOwn(Exception exception, CancellationToken cancellationToken) =>
        exception is not OutOfMemoryException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private ImageEmbedding[] Collect(IReadOnlyList<ImageSource> images, long firstIndex)
    {
        var results = new ImageEmbedding[images.Count];
        int slot = 0;
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = _errors[i] is { } error
                ? new ImageEmbedding(firstIndex + i, images[i].Name, error)
                : Result(firstIndex + i, images[i].Name, slot++);
        }

        return results;
    }

    private ImageEmbedding Result(long index, string name, int slot) =>
        new(index, name, Take(_batch.Vectors, slot, layout.Width))
        {
            Logits = layout.Classes > 0 ? Take(_batch.Logits, slot, layout.Classes) : null,
            Tokens = layout.HasTokens ? Tokens(_batch.Tokens, slot) : null,
            Attention = layout.HasAttention
                ? new AttentionMaps(layout.Heads, layout.RegisterTokens, layout.GridSide, Take(_batch.Attention, slot, layout.AttentionLength))
                : null,
            Blocks = layout.Blocks.Count == 0
                ? ImmutableDictionary<int, PatchTokens>.Empty
                : layout.Blocks.Select((block, i) => (block, i)).ToDictionary(pair => pair.block, pair => Tokens(_batch.Blocks[pair.i], slot)),
        };

    private PatchTokens Tokens(float[] all, int slot) => new(layout.GridSide, layout.Width, Take(all, slot, layout.TokensLength));

    private static float[] Take(float[] all, int slot, int length) => all.AsSpan(slot * length, length).ToArray();
}
