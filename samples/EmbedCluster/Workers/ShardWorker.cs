using EmbedCluster.Grains;
using EmbedCluster.Hosting;
using EmbedCluster.Scheduling;
using Scott.Models.Inference;

namespace EmbedCluster.Workers;

/// <summary>Asks a job for shards and computes them, one after the other, until the job needs no more.</summary>
/// <remarks>While the job cannot be reached, the worker continues its shard: to give up would help nobody. It gives up when told to.</remarks>
internal sealed class ShardWorker(
    WorkerKey key, IJobGrain job, SharedModels models, WorkSlots slots, ScheduleOptions options, ClusterMetrics metrics, TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan LastCall = TimeSpan.FromSeconds(3);

    private JobPlan? _plan; // that it works on
    private ShardReport? _report; // of the last shard, until the job has taken it

    /// <param name="stop">Ends the work: the shard is given back.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        JobPlan? opened = null;
        try
        {
            if (await RetryAsync(job.GetPlanAsync, stop) is not { } plan)
                return;

            _plan = plan;
            if (await WhenItCanAsync(() => models.OpenAsync(plan.Model), stop) is not { } extractor)
                return;

            opened = plan;
            if (await WhenItCanAsync(() => EmbeddingJob.OpenAsync(plan.Folder, extractor, cancellationToken: stop), stop) is { } open)
                await WorkAsync(open, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await LastReportAsync();
        }
        finally
        {
            if (opened is not null)
                models.Close(opened.Model);
        }
    }

    private async Task WorkAsync(EmbeddingJob open, CancellationToken stop)
    {
        while (true)
        {
            TimeSpan wait;
            using (await slots.EnterAsync(stop))
            {
                WorkerOrder order = await RetryAsync(() => job.NextAsync(key.Worker, _plan!, _report), stop);
                _report = null;
                if (order is { Lease: null, Wait: null })
                    return;

                wait = order.Wait ?? TimeSpan.Zero;
                if (order.Lease is { } lease)
                {
                    _report = await WorkAsync(open, lease, stop);
                    stop.ThrowIfCancellationRequested();
                }
            }

            if (_report is { End: ShardEnd.Hindered } hindered)
            {
                // Others may take the shard while this one waits.
                await RetryAsync(() => LeaveAsync(hindered), stop);
                _report = null;
                wait = options.RetryDelay;
            }

            await Task.Delay(wait, time, stop);
        }
    }

    /// <summary>Waits until the job can be opened here: its folder may come back, or its model.</summary>
    /// <returns><see langword="null"/> if the job no longer waits for this worker.</returns>
    private async Task<T?> WhenItCanAsync<T>(Func<Task<T>> open, CancellationToken stop)
        where T : class
    {
        while (true)
        {
            try
            {
                return await open();
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                Log.Hindered(logger, key.Worker, key.Job, exception.Message);
                if (!await RetryAsync(() => job.HinderAsync(key.Worker, _plan!, exception.Message), stop))
                    return null;

                await Task.Delay(options.LeaseTime / 2, time, stop);
            }
        }
    }

    private async Task<ShardReport> WorkAsync(EmbeddingJob open, Lease lease, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var shard = new ShardWork(open, lease, metrics);
        Task<ShardReport> work = Task.Run(() => shard.RunAsync(end.Token), CancellationToken.None);
        while (await Task.WhenAny(work, Task.Delay(lease.FindRenewInterval(), time, stop)) != work && !stop.IsCancellationRequested)
        {
            if (!await RenewAsync(lease.Id, shard.Images))
                await end.CancelAsync();
        }

        ShardReport report = await work;
        metrics.Count(report);
        if (lease.Shard != Lease.Finish)
            Log.ShardEnded(logger, lease.Shard, key.Job, report.Images, report.Seconds, report.End);
        if (report is { End: ShardEnd.Failed or ShardEnd.Hindered, Error: { } error })
            Log.ShardFailed(logger, lease.Shard, key.Job, error);

        return report;
    }

    /// <returns>False if the worker is to give up.</returns>
    private async Task<bool> RenewAsync(long lease, long images)
    {
        try
        {
            return await job.RenewAsync(key.Worker, _plan!, lease, images);
        }
        catch (Exception exception)
        {
            Log.NoJob(logger, key.Worker, key.Job, exception.Message);
            return true;
        }
    }

    private async Task<bool> LeaveAsync(ShardReport report)
    {
        await job.LeaveAsync(key.Worker, _plan, report);
        return true;
    }

    private async Task LastReportAsync()
    {
        try
        {
            await job.LeaveAsync(key.Worker, _plan, _report).WaitAsync(LastCall, time);
        }
        catch (Exception exception)
        {
            Log.NoJob(logger, key.Worker, key.Job, exception.Message); // The lease will end by itself.
        }
    }

    /// <summary>Calls the job until it answers: its silo may have died, or its store.</summary>
    private async Task<T> RetryAsync<T>(Func<Task<T>> call, CancellationToken stop)
    {
        for (TimeSpan wait = TimeSpan.FromSeconds(0.5); ; wait = wait < options.RetryDelay ? wait * 2 : options.RetryDelay)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                return await call();
            }
            catch (Exception exception)
            {
                Log.NoJob(logger, key.Worker, key.Job, exception.Message);
                await Task.Delay(wait, time, stop);
            }
        }
    }
}
