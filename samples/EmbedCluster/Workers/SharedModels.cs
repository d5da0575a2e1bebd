using EmbedCluster.Hosting;
using Scott.Models;
using Scott.Models.Inference;

namespace EmbedCluster.Workers;

/// <summary>The models that this silo computes with. Each is loaded once, for all workers that use it at the same time.</summary>
public sealed class SharedModels(ClusterOptions options) : IDisposable
{
    private readonly Dictionary<string, SharedModel> _models = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Loads a model, unless it is loaded. <see cref="Close"/> it once for each call that succeeds.</summary>
    /// <param name="name">The id of a pretrained model, or the path of a file.</param>
    /// <exception cref="Scott.Models.ScottException">The model cannot be loaded.</exception>
    public async Task<FeatureExtractor> OpenAsync(string name)
    {
        SharedModel model;
        lock (_lock)
        {
            if (!_models.TryGetValue(name, out model!))
                _models.Add(name, model = new SharedModel(LoadAsync(name)));

            model.Users++;
        }

        try
        {
            return await model.Loading;
        }
        catch
        {
            Close(name);
            throw;
        }
    }

    /// <summary>Gives the model's memory back when nobody uses it any more.</summary>
    public void Close(string name)
    {
        SharedModel? unused = null;
        lock (_lock)
        {
            if (_models.TryGetValue(name, out SharedModel? model) && --model.Users == 0 && _models.Remove(name))
                unused = model;
        }

        unused?.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (SharedModel model in _models.Values)
                model.Dispose();

            _models.Clear();
        }
    }

    private async Task<FeatureExtractor> LoadAsync(string name)
    {
        ScottModel model = File.Exists(name) ? await ScottModel.FromFileAsync(name) : await ScottModel.FromPretrainedAsync(name);
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        return (options.Threads > 0 ? builder.WithThreads(options.Threads) : builder).Build();
    }

    private sealed class SharedModel(Task<FeatureExtractor> loading) : IDisposable
    {
        public Task<FeatureExtractor> Loading => loading;

        public int Users { get; set; }

        public void Dispose()
        {
            if (loading.IsCompletedSuccessfully)
                loading.Result.Dispose();
        }
    }
}
