using Scott.Models.Downloads;
using Scott.Models.Zoo;

namespace Scott.Models;

/// <summary>Adds models of the Hugging Face Hub: <c>ScottModel.FromHuggingFaceAsync("timm/vit_small_patch14_dinov2.lvd142m")</c>.</summary>
public static class HubModels
{
    extension(ScottModel)
    {
        /// <summary>
        /// Gets a standard ViT of timm or transformers from the Hugging Face Hub, through the cache. The weights are checked against the hub's
        /// checksum, and the model's metadata name the commit. A classifier's head is left out.
        /// </summary>
        /// <remarks>What is read, see <see cref="ScottModel.FromHuggingFaceFolderAsync"/>. Without network, the cache is used.</remarks>
        /// <param name="repository">The repository, for example <c>timm/vit_small_patch14_dinov2.lvd142m</c>.</param>
        /// <param name="revision">A branch, a tag or a commit; <see langword="null"/> for <c>main</c>. Pin a commit, so that an app keeps its
        /// weights.</param>
        /// <param name="options">The hub's address and token, the downloads and the cache; see <see cref="ZooOptions"/> for the defaults.</param>
        /// <param name="progress">Reports each file's progress.</param>
        /// <param name="cancellationToken">Cancels. The received bytes stay, and the next call resumes from them.</param>
        /// <exception cref="ArgumentException">It is no name of a repository, or no revision.</exception>
        /// <exception cref="ScottConfigurationException">The options are not legal.</exception>
        /// <exception cref="ModelUnavailableException">There is no such repository or revision, no access, or no network and it is not
        /// cached.</exception>
        /// <exception cref="ModelFormatException">This package cannot compute the model exactly; <see cref="ModelFormatException.Field"/> says
        /// why.</exception>
        /// <exception cref="DownloadException">The hub does not deliver the right bytes.</exception>
        /// <exception cref="StorageException">The disk is full, or the cache cannot be read or written.</exception>
        public static async Task<ScottModel> FromHuggingFaceAsync(
            string repository, string? revision = null, ZooOptions? options = null, IProgress<DownloadProgress>? progress = null,
            CancellationToken cancellationToken = default) =>
            (await new ModelZoo(options).ReadHubAsync(repository, revision, progress, cancellationToken).ConfigureAwait(false)).Model;
    }
}

/// <summary>Adds classifiers of the Hugging Face Hub: <c>ScottClassifier.FromHuggingFaceAsync("google/vit-base-patch16-224")</c>.</summary>
public static class HubClassifiers
{
    extension(ScottClassifier)
    {
        /// <summary>Gets a standard ViT with its classifier's head from the Hugging Face Hub. See <c>ScottModel.FromHuggingFaceAsync</c>.</summary>
        /// <param name="repository">The repository, for example <c>google/vit-base-patch16-224</c>.</param>
        /// <param name="revision">A branch, a tag or a commit; <see langword="null"/> for <c>main</c>.</param>
        /// <param name="options">The hub's address and token, the downloads and the cache.</param>
        /// <param name="progress">Reports each file's progress.</param>
        /// <param name="cancellationToken">Cancels. The received bytes stay, and the next call resumes from them.</param>
        /// <exception cref="ArgumentException">It is no name of a repository, or no revision.</exception>
        /// <exception cref="ModelUnavailableException">There is no such repository or revision, no access, or no network and it is not
        /// cached.</exception>
        /// <exception cref="ModelFormatException">This package cannot compute the model exactly, or it has no head.</exception>
        /// <exception cref="DownloadException">The hub does not deliver the right bytes.</exception>
        /// <exception cref="StorageException">The disk is full, or the cache cannot be read or written.</exception>
        public static async Task<ScottClassifier> FromHuggingFaceAsync(
            string repository, string? revision = null, ZooOptions? options = null, IProgress<DownloadProgress>? progress = null,
            CancellationToken cancellationToken = default) =>
            (await new ModelZoo(options).ReadHubAsync(repository, revision, progress, cancellationToken).ConfigureAwait(false))
                .ToClassifier(repository);
    }
}
