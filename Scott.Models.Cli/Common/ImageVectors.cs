using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>Keeps the vectors of many images, and counts those that cannot be read.</summary>
internal sealed class ImageVectors(FeatureExtractor extractor, Screen screen, SkippedImages skipped)
{
    public Task<List<ImageEmbedding>> OfFilesAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        KeepAsync(paths.Count, progress => extractor.EmbedFilesAsync(paths, progress, cancellationToken));

    /// <summary>The same for sources; <see cref="ImageEmbedding.Index"/> tells which image a vector belongs to.</summary>
    public Task<List<ImageEmbedding>> OfImagesAsync(IReadOnlyList<ImageSource> images, CancellationToken cancellationToken) =>
        KeepAsync(images.Count, progress => extractor.EmbedBatchAsync(images, progress, cancellationToken));

    private async Task<List<ImageEmbedding>> KeepAsync(int total, Func<IProgress<InferenceProgress>, IAsyncEnumerable<ImageEmbedding>> embed)
    {
        List<ImageEmbedding> kept = [];
        await ImageProgress.RunAsync(screen, total, async progress =>
        {
            await foreach (ImageEmbedding embedding in embed(progress))
            {
                if (embedding.IsSuccess)
                    kept.Add(embedding);
                else
                    skipped.Add(embedding.Name, embedding.Error!);
            }
        });
        return kept;
    }
}
