using System.Collections.Immutable;
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
            catch (Exception exception) when (ImageErrors.IsImageError(exception))
            {
                _errors[i] = exception;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (count > 0)
            engine.Run(_batch, count, isBulk);

        operation.RecordBatch(count, images.Count - count, Stopwatch.GetElapsedTime(begun));
        int slot = 0;
        return [.. images.Select((image, i) => _errors[i] is { } error
            ? new ImageEmbedding(firstIndex + i, image.Name, error)
            : Result(firstIndex + i, image.Name, slot++))];
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
                : layout.Blocks.Select((block, i) => (block, i)).ToImmutableDictionary(
                    pair => pair.block, pair => Tokens(_batch.Blocks[pair.i], slot)),
        };

    private PatchTokens Tokens(float[] all, int slot) => new(layout.GridSide, layout.Width, Take(all, slot, layout.TokensLength));

    private static float[] Take(float[] all, int slot, int length) => all.AsSpan(slot * length, length).ToArray();
}

/// <summary>Workers that are used again and again. Thread-safe.</summary>
/// <param name="create">Makes one more.</param>
/// <param name="count">How many may be in use at once; no more are ever made.</param>
internal sealed class WorkerPool(Func<FeatureWorker> create, int count) : IDisposable
{
    private readonly ConcurrentBag<FeatureWorker> _idle = [];
    private readonly SemaphoreSlim _slots = new(count);

    /// <summary>The same as <see cref="FeatureWorker.ProcessAsync"/>, by the next worker that is free.</summary>
    public async Task<ImageEmbedding[]> ProcessAsync(
        IReadOnlyList<ImageSource> images, long firstIndex, bool isBulk, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            FeatureWorker worker = _idle.TryTake(out FeatureWorker? idle) ? idle : create();
            ImageEmbedding[] results = await worker.ProcessAsync(images, firstIndex, isBulk, cancellationToken).ConfigureAwait(false);
            _idle.Add(worker);
            return results;
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();
}
