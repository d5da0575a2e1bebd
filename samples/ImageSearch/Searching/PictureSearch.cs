using System.Linq.Expressions;
using ImageSearch.Indexing;
using ImageSearch.Options;
using ImageSearch.Pictures;
using Microsoft.Extensions.VectorData;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace ImageSearch.Searching;

/// <summary>Finds the indexed images most like one. Thread-safe.</summary>
internal sealed class PictureSearch(
    FeatureExtractor extractor,
    VectorStoreCollection<string, PictureRecord> collection,
    PictureFolder folder,
    DecodingBudget budget,
    IndexProgress progress,
    ServeOptions options)
{
    private const int PatchesPixels = 336;

    public async Task<SearchAnswer> LikeAsync(ReadOnlyMemory<byte> picture, CancellationToken cancellationToken)
    {
        using DecodingTurn turn = await budget.EnterAsync(picture, "your image", cancellationToken);
        return await FindAsync(turn.Source, query: null, filter: null, cancellationToken);
    }

    /// <summary>Others like an indexed one.</summary>
    public async Task<SearchAnswer> LikeAsync(PictureRecord picture, CancellationToken cancellationToken)
    {
        using DecodingTurn turn = await budget.EnterAsync(folder.FullPath(picture.Path), cancellationToken);
        return await FindAsync(turn.Source, PictureMatch.Of(picture), other => other.Id != picture.Id, cancellationToken);
    }

    private async Task<SearchAnswer> FindAsync(
        ImageSource picture, PictureMatch? query, Expression<Func<PictureRecord, bool>>? filter, CancellationToken cancellationToken)
    {
        // The embedding generator gives the vector alone; one run of the extractor beneath it gives the patch tokens too.
        ImageEmbedding embedding = await extractor.ExtractAsync(picture, cancellationToken);
        RgbImage seen = await extractor.Preprocessor.PreprocessToImageAsync(picture, cancellationToken);
        RgbImage patches = PatchPca.Fit(embedding.Tokens!).ToImage(embedding.Tokens!, PatchesPixels);
        IndexStatus status = progress.Status;
        var matches = new List<PictureMatch>();
        var searching = new VectorSearchOptions<PictureRecord> { Filter = filter };
        await foreach (VectorSearchResult<PictureRecord> result in collection.SearchAsync(embedding.Vector, options.Matches, searching, cancellationToken))
        {
            matches.Add(PictureMatch.Of(result.Record, result.Score));
        }

        return new SearchAnswer(query, DataUri(seen), DataUri(patches), matches, status.Indexed, status.IsComplete);
    }

    private static string DataUri(RgbImage image) => $"data:image/png;base64,{Convert.ToBase64String(image.EncodePng())}";
}
