using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>A place of images that goes away while a shard is computed, as a network folder does.</summary>
public sealed class LostInputTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_InputsGoneInTheMiddleOfAShard_WritesNoShard()
    {
        (string folder, EmbeddingJob job) = await PlanAsync(sound: opened => opened <= 4);
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => job.RunShardAsync(0, cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.Unreachable, error.Fault);
        Assert.Contains("its last 26 images cannot be opened", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "part-*"));
    }

    [Fact]
    public async Task Run_LastImagesGoneAlone_AreErrorsOfTheShard()
    {
        (_, EmbeddingJob job) = await PlanAsync(sound: opened => opened is <= 20 or > BulkFixture.Images);
        EmbeddingShard shard = await job.RunShardAsync(0, cancellationToken: Cancellation);
        Assert.Equal((30L, 11L), (shard.Images, shard.Failed));
    }

    /// <summary>A job of one shard, with a store that opens files only while the number of openings is sound.</summary>
    private async Task<(string Folder, EmbeddingJob Job)> PlanAsync(Func<int, bool> sound)
    {
        string folder = files.NewFolder();
        await files.PlanAsync(folder, BulkFixture.Images);
        return (folder, await EmbeddingJob.OpenAsync(folder, files.One, new LostStore(new FileImageStore(files.ImageFolder), sound), Cancellation));
    }

    private sealed class LostStore(FileImageStore store, Func<int, bool> sound) : IImageStore
    {
        private int _opened;

        public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

        public Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken cancellationToken) =>
            sound(Interlocked.Increment(ref _opened)) ? store.OpenAsync(key, offset, length, cancellationToken)
                : throw new DirectoryNotFoundException("The folder is gone.");
    }
}
