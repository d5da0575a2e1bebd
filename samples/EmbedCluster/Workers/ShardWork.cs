using System.Diagnostics;
using EmbedCluster.Hosting;
using EmbedCluster.Scheduling;
using Scott.Models;
using Scott.Models.Inference;

namespace EmbedCluster.Workers;

/// <summary>Computes one shard, or does the last check, and says how it went. Runs once.</summary>
internal sealed class ShardWork(EmbeddingJob job, Lease lease, ClusterMetrics metrics) : IProgress<InferenceProgress>
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _images;

    /// <summary>The images that are done.</summary>
    public long Images => Interlocked.Read(ref _images);

    /// <inheritdoc />
    public void Report(InferenceProgress value)
    {
        metrics.Count(value.Completed - Interlocked.Exchange(ref _images, value.Completed));
    }

    public async Task<ShardReport> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return lease.Shard == Lease.Finish ? await FinishAsync(cancellationToken) : await ComputeAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return End(ShardEnd.GivenBack);
        }
        catch (Exception exception)
        {
            // A damaged archive stays damaged wherever it is read. Anything else, such as a GPU that is out of memory, may be the fault of this
            // machine.
            bool isOfShard = exception is EmbeddingJobException { Fault: EmbeddingJobFault.Archive };
            return End(isOfShard ? ShardEnd.Failed : ShardEnd.Hindered) with { Error = exception.Message };
        }
    }

    private async Task<ShardReport> ComputeAsync(CancellationToken cancellationToken)
    {
        EmbeddingShard shard = await job.RunShardAsync(lease.Shard, this, cancellationToken);
        return End(shard.IsComputed ? ShardEnd.Computed : ShardEnd.Found) with { Images = shard.Images, FailedImages = shard.Failed };
    }

    private async Task<ShardReport> FinishAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<int> unsound = await job.FinishAsync(null, cancellationToken);
        return End(ShardEnd.Found) with { Unsound = [.. unsound] };
    }

    private ShardReport End(ShardEnd end) =>
        new(lease.Id, lease.Shard, end, Seconds: Stopwatch.GetElapsedTime(_started).TotalSeconds);
}
