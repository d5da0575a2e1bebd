using EmbedCluster.Grains;
using EmbedCluster.Workers;
using Scott.Models.Inference;

namespace EmbedCluster.Hosting;

/// <summary>What a job is to embed.</summary>
/// <param name="Inputs">Folders, images, tar archives and addresses. Every silo must see them under these names.</param>
/// <param name="Output">The output folder. Every silo must see it under this name.</param>
/// <param name="Name">The job's name; null for the name of the output folder.</param>
/// <param name="Model">The id of a pretrained model, or the path of a file that every silo sees; null for the default model.</param>
/// <param name="ShardSize">The images of a shard; null for the default. A tar archive is a shard.</param>
public sealed record JobRequest(string[]? Inputs, string? Output, string? Name = null, string? Model = null, int? ShardSize = null);

/// <summary>Plans jobs, and gives them to their grains.</summary>
public sealed class JobStarter(IGrainFactory grains, SharedModels models)
{
    private const int LongestName = 100;

    /// <summary>Plans a job in its folder, or finds the plan there, and starts it.</summary>
    /// <param name="request">The job.</param>
    /// <param name="cancellationToken">Cancels planning.</param>
    /// <exception cref="ArgumentException">The request names no inputs or no output, or an input is not there, or the name is
    /// not legal.</exception>
    /// <exception cref="Scott.Models.ScottException">The folder has another job, or the model cannot be loaded.</exception>
    /// <exception cref="InvalidOperationException">There is an unfinished job of this name with another plan.</exception>
    public async Task<JobPlan> StartAsync(JobRequest request, CancellationToken cancellationToken)
    {
        if (request.Inputs is not { Length: > 0 } || string.IsNullOrWhiteSpace(request.Output))
            throw new ArgumentException("A job needs inputs and an output folder.");

        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Output));
        string name = request.Name ?? Path.GetFileName(folder);
        if (name.Length is 0 or > LongestName || name.IndexOfAny(['/', '\\', '|']) >= 0 || name.Any(char.IsControl))
        {
            throw new ArgumentException(
                $"'{name}' cannot be the name of a job: it must have 1 to {LongestName} characters, and no slash, bar or control character.");
        }

        string model = request.Model is null ? Scott.Models.ScottModels.DefaultId
            : File.Exists(request.Model) ? Path.GetFullPath(request.Model)
            : request.Model;
        FeatureExtractor extractor = await models.OpenAsync(model);
        try
        {
            return await StartAsync(request, name, folder, model, extractor, cancellationToken);
        }
        finally
        {
            _ = CloseLaterAsync(model);
        }
    }

    private async Task<JobPlan> StartAsync(
        JobRequest request, string name, string folder, string model, FeatureExtractor extractor, CancellationToken cancellationToken)
    {
        EmbeddingJobOptions shards = request.ShardSize is { } size ? new() { ShardSize = size } : new();
        List<string> keys = await KeysAsync(request.Inputs!, cancellationToken);
        EmbeddingJob job = await EmbeddingJob.PlanAsync(folder, extractor, EmbeddingJobInputs.FromFiles(keys), shards, cancellationToken);
        var plan = new JobPlan(name, folder, model, job.Shards, job.Archives == 0 ? job.ListedImages : null);
        await grains.GetGrain<IJobGrain>(name).StartAsync(plan);
        return plan;
    }

    /// <summary>The workers of this silo are about to use the same model.</summary>
    private async Task CloseLaterAsync(string model)
    {
        await Task.Delay(TimeSpan.FromSeconds(30));
        models.Close(model);
    }

    private static async Task<List<string>> KeysAsync(string[] inputs, CancellationToken cancellationToken)
    {
        List<string> keys = [];
        foreach (string input in inputs)
        {
            if (input.Contains("://", StringComparison.Ordinal))
            {
                keys.Add(input);
                continue;
            }

            string path = Path.GetFullPath(input);
            if (File.Exists(path))
            {
                keys.Add(path);
                continue;
            }

            if (!Directory.Exists(path))
                throw new ArgumentException($"There is no file or folder '{path}'.");

            await foreach (string key in new FileImageStore(path).ListAsync(cancellationToken))
                keys.Add(Path.Combine(path, key));
        }

        return keys;
    }
}
