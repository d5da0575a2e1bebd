using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>What a job does with finished shards when it runs again.</summary>
public sealed class FinishedShardTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finish_AShardThatCannotBeRead_IsAnErrorAndNotADamagedShard()
    {
        string folder = files.NewFolder();
        EmbeddingJob job = await files.PlanAsync(folder, 8);
        await job.RunAsync(cancellationToken: Cancellation);
        string[] before = BulkFixture.Snapshot(folder);
        using (new FileStream(job.PathOf(2), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Func<Task>[] uses = [() => job.FinishAsync(cancellationToken: Cancellation), () => job.RunAsync(cancellationToken: Cancellation)];
            foreach (Func<Task> use in uses)
            {
                EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(use);
                Assert.Equal((EmbeddingJobFault.NotReadable, job.PathOf(2)), (error.Fault, error.Path));
            }
        }

        Assert.Equal(before, BulkFixture.Snapshot(folder));
    }

    [Fact]
    public async Task Run_AgainAfterTheEnd_ReportsEachShardThatItChecks()
    {
        EmbeddingJob job = await files.PlanAsync(files.NewFolder(), 8);
        await job.RunAsync(cancellationToken: Cancellation);
        List<EmbeddingJobProgress> reports = [];
        await job.RunAsync(new Listener<EmbeddingJobProgress>(reports.Add), Cancellation);
        Assert.Equal([1, 2, 3, 4, 4], reports.Select(report => report.CompletedShards));
    }
}
