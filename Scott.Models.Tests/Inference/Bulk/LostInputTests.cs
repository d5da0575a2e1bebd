using System.Collections.Concurrent;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>A place of images that goes away while a shard is computed, as a network folder does.</summary>
public sealed class LostInputTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_InputsGoneInTheMiddleOfAShard_WritesNoShard()
    {
        (string folder, EmbeddingJob job) = await PlanAsync(lostFrom: 4, losesAll: true);
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunShardAsync(0, cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.Unreachable, error.Fault);
        Assert.Contains("its last 26 images cannot be opened", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "part-*"));
    }

    [Fact]
    public async Task Run_LastImagesGoneAlone_AreErrorsOfTheShard()
    {
        (_, EmbeddingJob job) = await PlanAsync(lostFrom: 20, losesAll: false);
        EmbeddingShard shard = await job.RunShardAsync(0, cancellationToken: Cancellation);
        Assert.Equal((30L, 11L), (shard.Images, shard.Failed));
    }

    /// <summary>A job of one shard, whose images from one on cannot be opened. If all are lost, the others can be opened once only.</summary>
    private async Task<(string Folder, EmbeddingJob Job)> PlanAsync(int lostFrom, bool losesAll)
    {
        string folder = files.NewFolder();
        await files.PlanAsync(folder, BulkFixture.Images);
        var store = new LostStore(new FileImageStore(files.ImageFolder), BulkFixture.Key(lostFrom), losesAll);
        return (folder, await EmbeddingJob.OpenAsync(folder, files.One, store, Cancellation));
    }

    private sealed class LostStore(FileImageStore store, string lostFrom, bool losesAll) : IImageStore
    {
        private readonly ConcurrentDictionary<string, int> _opened = new(StringComparer.Ordinal);

        public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

        public Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken cancellationToken) =>
            string.CompareOrdinal(key, lostFrom) >= 0 || (_opened.AddOrUpdate(key, 1, (_, count) => count + 1) > 1 && losesAll)
                ? throw new DirectoryNotFoundException("The folder is gone.")
                : store.OpenAsync(key, offset, length, cancellationToken);
    }
}
