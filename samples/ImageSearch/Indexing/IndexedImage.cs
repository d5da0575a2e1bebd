using Microsoft.Extensions.VectorData;

namespace ImageSearch.Indexing;

/// <summary>An indexed image as the vector collection keeps it.</summary>
internal sealed class IndexedImage
{
    /// <summary>The width of scott-mini-112. For another width, give the store a <see cref="VectorStoreCollectionDefinition"/>.</summary>
    private const int Width = 192;

    [VectorStoreKey]
    public required string Id { get; init; }

    /// <summary>From the folder that is searched, with forward slashes.</summary>
    [VectorStoreData]
    public required string Path { get; init; }

    [VectorStoreVector(Width, DistanceFunction = DistanceFunction.CosineSimilarity)]
    public ReadOnlyMemory<float> Vector { get; init; }
}
