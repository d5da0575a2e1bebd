namespace Scott.Models.Inference;

/// <summary>Runs all shards of a job that are missing, and ends it. Runs once.</summary>
internal sealed class JobRun(EmbeddingJob job, IProgress<EmbeddingJobProgress>? progress)
{
    private readonly ShardSeal?[] _seals = new ShardSeal?[job.Shards];
    private readonly List<EmbeddingJobException> _damaged = [];
    private readonly long _begun = Stopwatch.GetTimestamp();
    private long _started;
    private int _completedShards;
    private int _computedShards;
    private long _computedImages;
    private JobTotals _sound = job.NoTotals;

    public async Task<EmbeddingJobResult> RunAsync(CancellationToken cancellationToken)
    {
        _started = Stopwatch.GetTimestamp();
        await CheckAsync(cancellationToken).ConfigureAwait(false);
        _started = Stopwatch.GetTimestamp();
        Report(0, 0);
        for (int number = 0; number < _seals.Length; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_seals[number] is null)
                await ComputeAsync(number, cancellationToken).ConfigureAwait(false);
        }

        if (_damaged.Count > 0)
            throw Damaged();

        await EndAsync(cancellationToken).ConfigureAwait(false);
        return new EmbeddingJobResult(
            job.Shards, _computedShards, _sound.Images, _sound.Failed, _sound.Ignored, Stopwatch.GetElapsedTime(_begun));
    }

    /// <returns>The shards that are missing or not sound. If there are none, the job has ended.</returns>
    public async Task<IReadOnlyList<int>> FinishAsync(CancellationToken cancellationToken)
    {
        _started = Stopwatch.GetTimestamp();
        await CheckAsync(cancellationToken).ConfigureAwait(false);
        int[] unsound = [.. _seals.Index().Where(shard => shard.Item is null).Select(shard => shard.Index)];
        if (unsound.Length == 0)
            await EndAsync(cancellationToken).ConfigureAwait(false);
        else
            JobPlanner.Delete(job.PathOf(EmbeddingJob.SuccessFileName));

        return unsound;
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        JobPlanner.RequireOwnShards(job.Folder, job.Shards);
        for (int number = 0; number < _seals.Length; number++)
        {
            if (await job.CheckAsync(number, cancellationToken).ConfigureAwait(false) is not { } seal)
                continue;

            _seals[number] = seal;
            _completedShards++;
            Add(seal);
            Report(0, 0);
        }
    }

    private void Add(ShardSeal seal) => _sound = _sound with
    {
        Images = _sound.Images + seal.Images,
        Failed = _sound.Failed + seal.Failed,
        Ignored = _sound.Ignored + seal.Ignored,
    };

    private async Task ComputeAsync(int number, CancellationToken cancellationToken)
    {
        try
        {
            // Reports at once: Progress<T> would report later, on another thread.
            var counted = new ShardProgress(shard => Report(shard.Completed, shard.Failed));
            ShardSeal seal = await job.ComputeAsync(number, counted, cancellationToken).ConfigureAwait(false);
            _seals[number] = seal;
            Add(seal);
            _completedShards++;
            _computedShards++;
            _computedImages += seal.Images;
            Report(0, 0);
        }
        catch (EmbeddingJobException exception) when (exception.Fault == EmbeddingJobFault.Archive)
        {
            // One damaged archive among thousands must not keep the others waiting.
            _damaged.Add(exception);
        }
    }

    private void Report(long images, long failed) => progress?.Report(new EmbeddingJobProgress(
        _completedShards, job.Shards, _sound.Images + images, _sound.Failed + failed,
        job.Archives == 0 ? job.ListedImages : null, _computedImages + images, _computedShards, Stopwatch.GetElapsedTime(_started)));

    private EmbeddingJobException Damaged() => _damaged is [var only] ? only : new EmbeddingJobException(
        EmbeddingJobFault.Archive, _damaged[0].Path,
        $"and {Plural.Of(_damaged.Count - 1, "other tar archive")} cannot be read: {Quoted.Names(_damaged.Skip(1).Select(fault => fault.Path))}. "
            + "All other shards are done. Repair or replace these, and run again.",
        new AggregateException(_damaged));

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        string path = job.PathOf(EmbeddingJob.SuccessFileName);
        byte[] totals = JsonSerializer.SerializeToUtf8Bytes(_sound, JobJsonContext.Default.JobTotals);
        try
        {
            AtomicFile.RemoveAbandoned(job.Folder);
            await AtomicFile.WriteBytesAsync(path, totals, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw EmbeddingJobException.Writing(path, exception);
        }
    }

    private sealed class ShardProgress(Action<InferenceProgress> report) : IProgress<InferenceProgress>
    {
        public void Report(InferenceProgress value) => report(value);
    }
}
