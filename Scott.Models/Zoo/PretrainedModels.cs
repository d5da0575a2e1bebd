using Scott.Models.Downloads;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models;

/// <summary>Adds the zoo's models to <see cref="ScottModel"/>: <c>ScottModel.FromPretrainedAsync("scott-mini-112")</c>.</summary>
public static class PretrainedModels
{
    extension(ScottModel)
    {
        /// <summary>
        /// Gets a pretrained model from inside the package or from the cache. Otherwise downloads, verifies and caches it. An embedded model needs
        /// neither disk nor network.
        /// </summary>
        /// <param name="id">The model, for example <c>scott-mini-112</c>; <see cref="ScottModels.List"/> lists them.</param>
        /// <param name="options">The manifests, the downloads and the cache; see <see cref="ZooOptions"/> for the defaults.</param>
        /// <param name="progress">Reports each file's progress.</param>
        /// <param name="cancellationToken">Cancels. The received bytes stay, and the next call resumes from them.</param>
        /// <exception cref="ScottConfigurationException">The options are not legal.</exception>
        /// <exception cref="ModelUnavailableException">There is no such model, it has no weights, or the network is needed and forbidden.</exception>
        /// <exception cref="DownloadException">No source delivered the right bytes.</exception>
        /// <exception cref="StorageException">The disk is full, or the cache cannot be read or written.</exception>
        /// <exception cref="ManifestException">A manifest cannot be read, or is wrong.</exception>
        public static async Task<ScottModel> FromPretrainedAsync(
            string id, ZooOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
        {
            ArgumentException.ThrowIfNullOrEmpty(id);
            options ??= new ZooOptions();
            var zoo = new ModelZoo(options);
            CatalogEntry entry = await zoo.FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (entry.Model.HubRepository is { } repository)
                return await ReadHubAsync(zoo, entry.Model, repository, progress, cancellationToken).ConfigureAwait(false);

            PretrainedWeights found = await zoo.OpenAsync(entry, progress, cancellationToken).ConfigureAwait(false);
            return await ReadAsync(found, options.Storage, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A model of the hub must be what the manifest says, as far as that is known.</summary>
    private static async Task<ScottModel> ReadHubAsync(
        ModelZoo zoo, ManifestModel listed, string repository, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        ScottModel model = (await zoo.ReadHubAsync(repository, listed.Revision, progress, cancellationToken).ConfigureAwait(false)).Model;
        if ((model.Architecture, model.Preprocessing) != (listed.Architecture, listed.Preprocessing))
        {
            throw new ModelFormatException(
                repository,
                $"'{repository}' is not the model that the manifest lists as '{listed.Id}': it has the architecture "
                    + $"{model.Architecture.ToJson()} and the preprocessing {model.Preprocessing.ToJson()}. "
                    + "Read it with ScottModel.FromHuggingFaceAsync, if that is what you want.");
        }

        return model.WithMetadata(model.Metadata with { Id = listed.Id, License = listed.License, TrainingData = listed.TrainingData });
    }

    private static async Task<ScottModel> ReadAsync(PretrainedWeights found, WeightStorage storage, CancellationToken cancellationToken)
    {
        var reading = new ModelFileOptions { Architecture = found.Model.Architecture, Preprocessing = found.Model.Preprocessing, Storage = storage };
        SafetensorsContent content = found.Embedded is { } bytes
            ? SafetensorsFile.Read(found.Path, bytes)
            : await SafetensorsFile.ReadAsync(found.Path, storage, cancellationToken).ConfigureAwait(false);
        ScottModel model = ScottModel.FromContent(found.Path, content, reading);

        // A file is written before it has an id and a revision. The manifest has both, and all the images that led to the weights.
        return model.WithMetadata(model.Metadata with
        {
            Id = found.Model.Id,
            Revision = found.Model.Revision,
            License = model.Metadata.License ?? found.Model.License,
            TrainingData = found.Model.TrainingData ?? model.Metadata.TrainingData,
        });
    }
}
