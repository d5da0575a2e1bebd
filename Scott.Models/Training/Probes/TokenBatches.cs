using Scott.Models.Datasets;
using Scott.Models.Metrics;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>The batches that attentive probes learn from.</summary>
internal interface ITokenBatches
{
    int BatchesPerEpoch { get; }

    /// <summary>The batches of an epoch, counted from 0, in a random order. The caller disposes each batch.</summary>
    IAsyncEnumerable<TokenBatch> ReadEpochAsync(int epoch, CancellationToken cancellationToken);
}

/// <summary>Normalized patch tokens [B, N, D] and classes [B], on the device of the probes. Owns both.</summary>
internal sealed record TokenBatch(Tensor Tokens, Tensor Labels) : IDisposable
{
    public void Dispose()
    {
        Tokens.Dispose();
        Labels.Dispose();
    }
}

/// <summary>Batches of tokens that are computed already: every epoch shows the same tokens of an image.</summary>
internal sealed class StoredTokenBatches(LabeledFeatures features, FrozenEncoder encoder, ProbeOptions options) : ITokenBatches
{
    private readonly int _batchSize = Math.Min(options.BatchSize, features.Labels.Count);

    public int BatchesPerEpoch => features.Labels.Count / _batchSize;

    public IAsyncEnumerable<TokenBatch> ReadEpochAsync(int epoch, CancellationToken cancellationToken) =>
        EpochOrder.Draw(options.Seed, epoch, features.Labels.Count).Chunk(_batchSize).Take(BatchesPerEpoch).Select(Take).ToAsyncEnumerable();

    private TokenBatch Take(int[] images)
    {
        using DisposeScope scope = NewDisposeScope();
        LabeledFeatures some = features.Take(images);
        Tensor tokens = encoder.PatchesOf(tensor(some.Vectors).view(images.Length, some.Width)).CopyTo(encoder.Device);
        Tensor labels = tensor(some.Labels.Select(label => (long)label).ToArray()).to(encoder.Device);
        return new TokenBatch(tokens.DetachFromDisposeScope(), labels.DetachFromDisposeScope());
    }
}

/// <summary>Batches of tokens of changed images: every epoch encodes another random view of each image. Does not own the encoder.</summary>
internal sealed class AugmentedTokenBatches(LabeledLoader loader, FrozenEncoder encoder) : ITokenBatches
{
    public int BatchesPerEpoch => loader.BatchesPerEpoch;

    public async IAsyncEnumerable<TokenBatch> ReadEpochAsync(int epoch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (LabeledBatch batch in loader.ReadEpochAsync(epoch, 0, cancellationToken).ConfigureAwait(true))
        {
            using (batch)
                yield return Encode(batch);
        }
    }

    private TokenBatch Encode(LabeledBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] vectors = encoder.Encode(batch.Images, batch.Count);
        Tensor tokens = encoder.PatchesOf(tensor(vectors).view(batch.Count, -1)).CopyTo(encoder.Device);
        return new TokenBatch(tokens.DetachFromDisposeScope(), tensor(batch.Labels).to(encoder.Device).DetachFromDisposeScope());
    }
}
