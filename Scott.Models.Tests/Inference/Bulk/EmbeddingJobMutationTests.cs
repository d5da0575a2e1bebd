using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>No changed byte of a manifest or a shard is taken for what was written.</summary>
public sealed class EmbeddingJobMutationTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private const int Mutations = 2500;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Manifest_AnyChange_IsATypedError()
    {
        EmbeddingJob job = await files.PlanAsync(files.NewFolder(), 8);
        string path = job.PathOf(EmbeddingJob.ManifestFileName);
        byte[] sound = await File.ReadAllBytesAsync(path, Cancellation);
        foreach (byte[] changed in Mutate(sound, seed: 1))
        {
            await File.WriteAllBytesAsync(path, changed, Cancellation);
            EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(
                () => EmbeddingJob.OpenAsync(job.Folder, files.One, cancellationToken: Cancellation));
            Assert.Equal(EmbeddingJobFault.Manifest, error.Fault);
        }

        await File.WriteAllBytesAsync(path, sound, Cancellation);
        await EmbeddingJob.OpenAsync(job.Folder, files.One, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Shard_AnyChange_IsNotSound()
    {
        EmbeddingJob job = await files.PlanAsync(files.NewFolder(), 8);
        string path = (await job.RunShardAsync(0, cancellationToken: Cancellation)).Path;
        byte[] sound = await File.ReadAllBytesAsync(path, Cancellation);
        foreach (byte[] changed in Mutate(sound, seed: 2))
        {
            await File.WriteAllBytesAsync(path, changed, Cancellation);
            Assert.Null(await job.CheckAsync(0, Cancellation));
        }

        Assert.True((await job.RunShardAsync(0, cancellationToken: Cancellation)).IsComputed);
        Assert.Equal(sound, await File.ReadAllBytesAsync(path, Cancellation));
        Assert.NotNull(await job.CheckAsync(0, Cancellation));
    }

    [Fact]
    public async Task Shard_OfAnotherPlanOrNumber_IsForeignAndComputedAgain()
    {
        EmbeddingJob job = await files.PlanAsync(files.NewFolder(), 8);
        EmbeddingJob other = await files.PlanAsync(files.NewFolder(), 8, files.Other);
        string path = (await job.RunShardAsync(0, cancellationToken: Cancellation)).Path;
        byte[] sound = await File.ReadAllBytesAsync(path, Cancellation);
        File.Copy((await other.RunShardAsync(0, cancellationToken: Cancellation)).Path, path, overwrite: true);
        Assert.True((await job.RunShardAsync(0, cancellationToken: Cancellation)).IsComputed);
        File.Copy((await job.RunShardAsync(1, cancellationToken: Cancellation)).Path, path, overwrite: true);
        Assert.True((await job.RunShardAsync(0, cancellationToken: Cancellation)).IsComputed);
        Assert.Equal(sound, await File.ReadAllBytesAsync(path, Cancellation));
    }

    /// <summary>Changed, longer and shorter copies, each other than the whole.</summary>
    internal static IEnumerable<byte[]> Mutate(byte[] sound, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < Mutations; i++)
        {
            List<byte> bytes = [.. sound];

            // The end of a shard holds most of its structure.
            int at = i % 2 == 0 ? random.Next(bytes.Count) : Math.Max(0, bytes.Count - 1 - random.Next(1500));
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes[at] ^= (byte)random.Next(1, 256);
                    break;
            }

            if (!bytes.SequenceEqual(sound))
                yield return [.. bytes];
        }
    }
}
