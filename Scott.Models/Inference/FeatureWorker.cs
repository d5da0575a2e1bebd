using System.Collections.Immutable;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>Preprocesses images and runs the engine, a few images at a time, in its own memory. For one thread at a time.</summary>
internal sealed class FeatureWorker(ImagePreprocessor preprocessor, IFeatureEngine engine, FeatureLayout layout, Operation operation, int capacity)
{
    private readonly FeatureBatch _batch = new(layout, capacity);

    public Lazy<VectorFingerprint>? Fingerprint { get; init; }

    /// <summary>One result per image, in order; an image that cannot be read gives its error.</summary>
    public async Task<ImageEmbedding[]> ProcessAsync(
        IReadOnlyList<ImageSource> images, long firstIndex, bool isBulk, CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        var results = new ImageEmbedding[images.Count];
        List<int> read = [];
        for (int i = 0; i < images.Count; i++)
        {
            try
            {
                await preprocessor.PreprocessAsync(images[i], _batch.Image(read.Count), cancellationToken).ConfigureAwait(false);
                read.Add(i);
            }
            catch (Exception exception) when (ImageErrors.IsImageError(exception))
            {
                results[i] = new ImageEmbedding(firstIndex + i, images[i].Name, exception);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (read.Count > 0)
            engine.Run(_batch, read.Count, isBulk);

        for (int slot = 0; slot < read.Count; slot++)
            results[read[slot]] = Result(firstIndex + read[slot], images[read[slot]].Name, slot);

        int failed = results.Count(result => !result.IsSuccess);
        operation.RecordBatch(images.Count - failed, failed, Stopwatch.GetElapsedTime(begun));
        return results;
    }

    private ImageEmbedding Result(long index, string name, int slot)
    {
        float[] vector = Take(_batch.Vectors, slot, layout.VectorWidth);
        float[]? logits = layout.Classes > 0 ? Take(_batch.Logits, slot, layout.Classes) : null;
        if (FiniteNumbers.IndexOfOther(vector) >= 0 || FiniteNumbers.IndexOfOther(logits) >= 0)
            return new ImageEmbedding(index, name, new FeatureException(name));

        return new ImageEmbedding(index, name, vector)
        {
            LazyFingerprint = Fingerprint,
            Logits = logits,
            Tokens = layout.HasTokens ? Tokens(_batch.Tokens, slot) : null,
            Attention = layout.HasAttention ? new AttentionMaps(layout.Architecture, Take(_batch.Attention, slot, layout.AttentionLength)) : null,
            Blocks = layout.Blocks.Zip(_batch.Blocks).ToImmutableDictionary(pair => pair.First, pair => Tokens(pair.Second, slot)),
        };
    }

    private PatchTokens Tokens(float[] all, int slot) =>
        new(layout.Architecture.Grid, layout.TokenWidth, Take(all, slot, layout.TokensLength));

    private static float[] Take(float[] all, int slot, int length) => all.AsSpan(slot * length, length).ToArray();
}

/// <summary>Reuses workers; at most <paramref name="count"/> are made. Thread-safe.</summary>
internal sealed class WorkerPool(Func<FeatureWorker> create, int count) : IDisposable
{
    private readonly ConcurrentBag<FeatureWorker> _idle = [];
    private readonly SemaphoreSlim _slots = new(count);

    /// <summary>Calls <see cref="FeatureWorker.ProcessAsync"/> on the next free worker.</summary>
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
