using System.Linq.Expressions;
using ImageSearch.Indexing;
using ImageSearch.Options;
using Microsoft.Extensions.VectorData;
using Scott.Models.Features;
using Scott.Models.Imaging;

namespace ImageSearch.Searching;

/// <summary>Finds the indexed pictures most like one. Thread-safe.</summary>
internal sealed class PictureSearch(
    FeatureExtractor extractor, VectorStoreCollection<string, PictureRecord> collection, PictureFolder folder, IndexProgress progress, ServeOptions options)
    : IDisposable
{
    private const int PatchesPixels = 336;

    /// <summary>A decoded picture can take hundreds of megabytes: the others wait.</summary>
    private readonly SemaphoreSlim _turns = new(2);

    public Task<SearchAnswer> LikeAsync(ReadOnlyMemory<byte> picture, CancellationToken cancellationToken) =>
        FindAsync(ImageSource.FromBytes(picture, "your picture"), filter: null, cancellationToken);

    /// <summary>Others like an indexed one.</summary>
    public Task<SearchAnswer> LikeAsync(PictureRecord picture, CancellationToken cancellationToken) =>
        FindAsync(ImageSource.FromFile(folder.FullPath(picture.Path)), other => other.Id != picture.Id, cancellationToken);

    public void Dispose() => _turns.Dispose();

    private async Task<SearchAnswer> FindAsync(ImageSource picture, Expression<Func<PictureRecord, bool>>? filter, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
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

            return new SearchAnswer(DataUri(seen), DataUri(patches), matches, status.Indexed, status.IsComplete);
        }
        finally
        {
            _turns.Release();
        }
    }

    private static string DataUri(RgbImage image) => $"data:image/png;base64,{Convert.ToBase64String(image.EncodePng())}";
}
