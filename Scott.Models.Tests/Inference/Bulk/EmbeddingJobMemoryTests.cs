using System.Formats.Tar;
using System.Runtime.CompilerServices;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>What waits in memory does not grow with a shard. Memory is of the whole process, so the test runs alone.</summary>
[Collection(AloneTests.Name)]
public sealed class EmbeddingJobMemoryTests
{
    private const int Entries = 400;
    private const int EntryBytes = 1 << 20;
    private const long MostBytes = 100L << 20;

    [Fact]
    public async Task RunShard_AnArchiveOfManyLargeEntries_KeepsFewOfThem()
    {
        using var folder = new TemporaryFolder();
        using FeatureExtractor extractor = ScottModel.Create(Architectures.Tiny, seed: 5).ExtractFeatures().WithThreads(2).Build();
        EmbeddingJob job = await EmbeddingJob.PlanAsync(
            folder.Path, extractor, EmbeddingJobInputs.FromStore(new RepeatedArchive(), ["a.tar"]),
            cancellationToken: TestContext.Current.CancellationToken);
        (long before, long most) = (GC.GetTotalMemory(forceFullCollection: true), 0L);
        EmbeddingShard shard = await job.RunShardAsync(
            0, new Listener<InferenceProgress>(_ => most = Math.Max(most, GC.GetTotalMemory(false) - before)), TestContext.Current.CancellationToken);
        Assert.Equal((Entries, Entries), (shard.Images, shard.Failed));
        Assert.InRange(most, 1, MostBytes);
    }

    /// <summary>An archive of one entry many times, which is never in memory as a whole.</summary>
    private sealed class RepeatedArchive : IImageStore
    {
        public async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return "a.tar";
        }

        public Task<Stream> OpenAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
        {
            byte[] archive = TarFiles.Make(TarEntryFormat.Ustar, [("image.jpg", new byte[EntryBytes])]);
            return Task.FromResult<Stream>(new RepeatedStream(archive[..(512 + EntryBytes)], Entries));
        }
    }

    private sealed class RepeatedStream(byte[] block, int count) : ForwardStream
    {
        private long _position;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            long entries = (long)block.Length * count;
            int wanted = (int)Math.Min(buffer.Length, Math.Max(0, entries + 1024 - _position));
            if (_position >= entries)
            {
                buffer.Span[..wanted].Clear(); // The end mark.
            }
            else
            {
                int at = (int)(_position % block.Length);
                wanted = Math.Min(wanted, block.Length - at);
                block.AsMemory(at, wanted).CopyTo(buffer);
            }

            _position += wanted;
            return ValueTask.FromResult(wanted);
        }
    }
}
