using System.Linq.Expressions;
using ImageSearch.Classes;
using ImageSearch.Images;
using ImageSearch.Indexing;
using ImageSearch.Options;
using Microsoft.Extensions.VectorData;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace ImageSearch.Searching;

/// <summary>Finds the indexed images that are most similar to an image. Thread-safe.</summary>
internal sealed class ImageFinder(
    FeatureExtractor extractor,
    VectorStoreCollection<string, IndexedImage> collection,
    IndexedFolder folder,
    DecodingBudget budget,
    ClassStore classes,
    IndexProgress progress,
    ServeOptions options)
{
    private const int PatchesPixels = 336;

    public async Task<SearchAnswer> LikeAsync(ReadOnlyMemory<byte> image, CancellationToken cancellationToken)
    {
        using DecodingTurn turn = await budget.EnterAsync(image, "your image", cancellationToken);
        return await FindAsync(turn.Source, query: null, filter: null, cancellationToken);
    }

    /// <summary>Finds other images that are similar to an indexed one.</summary>
    public async Task<SearchAnswer> LikeAsync(IndexedImage image, CancellationToken cancellationToken)
    {
        using DecodingTurn turn = await budget.EnterAsync(folder.FullPath(image.Path), cancellationToken);
        return await FindAsync(turn.Source, ImageMatch.Of(image), other => other.Id != image.Id, cancellationToken);
    }

    private async Task<SearchAnswer> FindAsync(
        ImageSource image, ImageMatch? query, Expression<Func<IndexedImage, bool>>? filter, CancellationToken cancellationToken)
    {
        // The embedding generator gives the vector alone; one run of the extractor beneath it gives the patch tokens too.
        ImageEmbedding embedding = await extractor.ExtractAsync(image, cancellationToken);
        RgbImage seen = await extractor.Preprocessor.PreprocessToImageAsync(image, cancellationToken);
        RgbImage patches = PatchPca.Fit(embedding.Tokens!).ToImage(embedding.Tokens!, PatchesPixels);
        IndexStatus status = progress.Status;
        var matches = new List<ImageMatch>();
        var searching = new VectorSearchOptions<IndexedImage> { Filter = filter, IncludeVectors = true };
        await foreach (VectorSearchResult<IndexedImage> result
            in collection.SearchAsync(embedding.Vector, options.Matches, searching, cancellationToken))
        {
            matches.Add(ImageMatch.Of(result.Record, result.Score, classes.Classify(result.Record.Vector.Span)));
        }

        ClassLabel? label = classes.Classify(embedding.Vector.Span);
        return new SearchAnswer(query, DataUri(seen), DataUri(patches), label, matches, status.Indexed, status.IsComplete);
    }

    private static string DataUri(RgbImage image) => $"data:image/png;base64,{Convert.ToBase64String(image.EncodePng())}";
}
