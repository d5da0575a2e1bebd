using Scott.Models.Foundation;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>Runs <c>scott embed --job</c>: all shards of a job that are missing, or one of them.</summary>
internal sealed class EmbedJob(EmbedOptions options, Screen screen)
{
    private long _computed;
    private double _rate;

    /// <param name="cancellationToken">Ends the run early; finished shards are kept.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        EmbeddingJobInputs? inputs = options.Inputs.Count > 0 ? await JobInputs.ReadAsync(options.Inputs, cancellationToken) : null;
        ScottModel model = await NamedModel.LoadAsync(options.Inference.Model, InferenceChoices.Seed, screen, cancellationToken);
        using FeatureExtractor extractor = options.CreateExtractor(model);
        options.Inference.Announce(extractor.ExecutionProvider, extractor.EngineDescription, screen);
        EmbeddingJob job = await OpenAsync(extractor, inputs, cancellationToken);
        Check.That(
            options.Shard is null || options.Shard < job.Shards,
            $"--shard is {options.Shard}; the job has {Plural.Of(job.Shards, "shard")}, numbered from 0.");
        try
        {
            return options.Shard is { } number
                ? await RunShardAsync(job, number, cancellationToken)
                : await RunAllAsync(job, extractor, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            screen.Warn($"Interrupted: finished shards are in {job.Folder}. Run the same command again to resume.");
            screen.Result(new { job = job.Folder, shards = job.Shards, isInterrupted = true });
            return ExitCode.Interrupted;
        }
    }

    private async Task<EmbeddingJob> OpenAsync(FeatureExtractor extractor, EmbeddingJobInputs? inputs, CancellationToken cancellationToken)
    {
        if (inputs is null)
            return await EmbeddingJob.OpenAsync(options.Job!, extractor, null, cancellationToken);

        EmbeddingJobOptions shards = options.ShardSize is { } size ? new() { ShardSize = size } : new();
        Check.Legal(shards.Validate);
        return await EmbeddingJob.PlanAsync(options.Job!, extractor, inputs, shards, cancellationToken);
    }

    private async Task<int> RunShardAsync(EmbeddingJob job, int number, CancellationToken cancellationToken)
    {
        EmbeddingShard? shard = null;
        await ImageProgress.RunAsync(
            screen, 0, async progress => shard = await job.RunShardAsync(number, Keep(progress), cancellationToken));
        screen.Say(shard!.IsComputed
            ? $"Wrote shard {number} of {job.Shards}, {Rows(shard.Images, shard.Failed)}, to {shard.Path}."
            : $"Shard {number} of {job.Shards} was there and sound: {Rows(shard.Images, shard.Failed)} in {shard.Path}.");
        screen.Result(new
        {
            job = job.Folder,
            shard = number,
            shards = job.Shards,
            output = shard.Path,
            isComputed = shard.IsComputed,
            images = shard.Images,
            failed = shard.Failed,
            ignoredEntries = shard.IgnoredEntries,
            imagesPerSecond = _rate,
            isInterrupted = false,
        });
        return Code(shard.Images, shard.Failed);
    }

    private async Task<int> RunAllAsync(EmbeddingJob job, FeatureExtractor extractor, CancellationToken cancellationToken)
    {
        EmbeddingJobResult? result = null;
        await ImageProgress.RunAsync(
            screen, 0, async progress => result = await job.RunAsync(new JobProgress(Keep(progress)), cancellationToken));
        screen.Say(
            $"{Plural.Of(result!.Shards, "shard")} in {job.Folder}, {result.ComputedShards} of them computed by this run: "
                + $"{Rows(result.Images, result.Failed)}, {Plural.Of(job.Fingerprint.Width, "number")} each.");
        if (result.IgnoredEntries > 0)
            screen.Say($"{Plural.Of(result.IgnoredEntries, "other file")} in the tar archives skipped.");

        if (_computed > 0)
            screen.Say(string.Create(CultureInfo.InvariantCulture, $"{_rate:F1} images/s by {extractor.EngineDescription}."));

        screen.Result(new
        {
            job = job.Folder,
            model = options.Inference.Model,
            engine = extractor.EngineDescription,
            width = job.Fingerprint.Width,
            shards = result.Shards,
            computedShards = result.ComputedShards,
            images = result.Images,
            failed = result.Failed,
            ignoredEntries = result.IgnoredEntries,
            imagesPerSecond = _rate,
            seconds = result.Elapsed.TotalSeconds,
            isInterrupted = false,
        });
        return Code(result.Images, result.Failed);
    }

    private IProgress<InferenceProgress> Keep(IProgress<InferenceProgress> shown) => ProgressBars.Listen<InferenceProgress>(progress =>
    {
        (_computed, _rate) = (progress.Completed, progress.ImagesPerSecond);
        shown.Report(progress);
    });

    private static string Rows(long images, long failed) =>
        failed == 0 ? Plural.Of(images, "image") : $"{Plural.Of(images, "image")}, {failed} of them with an error instead of a vector";

    private static int Code(long images, long failed) =>
        failed == 0 ? ExitCode.Success : failed < images ? ExitCode.SomeSkipped : ExitCode.Failed;

    /// <summary>Shows what this run has to do: without the images of shards that were there.</summary>
    private sealed class JobProgress(IProgress<InferenceProgress> shown) : IProgress<EmbeddingJobProgress>
    {
        public void Report(EmbeddingJobProgress value)
        {
            long? total = value.TotalImages - (value.Images - value.ComputedImages);
            shown.Report(new InferenceProgress(value.ComputedImages, value.Failed, total, value.Elapsed));
        }
    }
}
