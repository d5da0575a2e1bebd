using EmbedCluster.Grains;
using EmbedCluster.Hosting;
using Scott.Models;
using Scott.Models.Inference;

namespace EmbedCluster.Workers;

/// <summary>The jobs that this silo works on, each with its model, which its workers share.</summary>
public sealed class OpenJobs(ClusterOptions options) : IDisposable
{
    private readonly Dictionary<JobPlan, OpenJob> _jobs = [];
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

    /// <summary>Opens a job, unless it is open. <see cref="Close"/> it once for each call that succeeds.</summary>
    /// <exception cref="Scott.Models.Foundation.ScottException">The model cannot be loaded, or is not that of the job.</exception>
    public async Task<EmbeddingJob> OpenAsync(JobPlan plan)
    {
        OpenJob job;
        lock (_lock)
        {
            if (!_jobs.TryGetValue(plan, out job!))
                _jobs.Add(plan, job = new OpenJob(LoadAsync(plan)));

            job.Users++;
        }

        try
        {
            return (await job.Loading).Job;
        }
        catch
        {
            Close(plan);
            throw;
        }
    }

    /// <summary>Gives the model's memory back when nobody works on the job any more.</summary>
    public void Close(JobPlan plan)
    {
        OpenJob? unused = null;
        lock (_lock)
        {
            if (_jobs.TryGetValue(plan, out OpenJob? job) && --job.Users == 0 && _jobs.Remove(plan))
                unused = job;
        }

        unused?.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (OpenJob job in _jobs.Values)
                job.Dispose();

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

    private sealed class OpenJob(Task<(EmbeddingJob Job, FeatureExtractor Extractor)> loading) : IDisposable
    {
        public Task<(EmbeddingJob Job, FeatureExtractor Extractor)> Loading => loading;

        public int Users { get; set; }

        public void Dispose()
        {
            if (loading.IsCompletedSuccessfully)
                loading.Result.Extractor.Dispose();
        }
    }
}
