using EmbedCluster.Grains;
using EmbedCluster.Hosting;
using Scott.Models;
using Scott.Models.Inference;

namespace EmbedCluster.Workers;

/// <summary>The jobs that this silo works on, each with its model, which is loaded once.</summary>
public sealed class OpenJobs(ClusterOptions options) : IDisposable
{
    private readonly Dictionary<JobPlan, Task<(EmbeddingJob Job, FeatureExtractor Extractor)>> _jobs = [];
    private readonly Lock _lock = new();

    /// <summary>Loads a model and makes its extractor.</summary>
    /// <param name="name">The id of a pretrained model, or the path of a file.</param>
    /// <param name="options">The options, for the number of threads.</param>
    /// <param name="cancellationToken">Cancels loading.</param>
    public static async Task<FeatureExtractor> CreateExtractorAsync(string name, ClusterOptions options, CancellationToken cancellationToken)
    {
        ScottModel model = File.Exists(name)
            ? await ScottModel.FromFileAsync(name, cancellationToken: cancellationToken)
            : await ScottModel.FromPretrainedAsync(name, cancellationToken: cancellationToken);
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        return (options.Threads > 0 ? builder.WithThreads(options.Threads) : builder).Build();
    }

    /// <summary>Opens a job, unless it is open.</summary>
    /// <exception cref="Scott.Models.Foundation.ScottException">The model cannot be loaded, or is not that of the job.</exception>
    public async Task<EmbeddingJob> OpenAsync(JobPlan plan)
    {
        Task<(EmbeddingJob Job, FeatureExtractor)> opening;
        lock (_lock)
        {
            if (!_jobs.TryGetValue(plan, out opening!) || opening.IsFaulted)
                _jobs[plan] = opening = LoadAsync(plan);
        }

        return (await opening).Job;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Task<(EmbeddingJob, FeatureExtractor Extractor)> job in _jobs.Values.Where(job => job.IsCompletedSuccessfully))
                job.Result.Extractor.Dispose();

            _jobs.Clear();
        }
    }

    private async Task<(EmbeddingJob, FeatureExtractor)> LoadAsync(JobPlan plan)
    {
        FeatureExtractor extractor = await CreateExtractorAsync(plan.Model, options, CancellationToken.None);
        try
        {
            return (await EmbeddingJob.OpenAsync(plan.Folder, extractor), extractor);
        }
        catch
        {
            extractor.Dispose();
            throw;
        }
    }
}
