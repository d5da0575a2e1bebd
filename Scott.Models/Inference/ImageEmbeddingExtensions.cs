using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models;

/// <summary>Leads from the vectors of images to searches and measures: <c>embeddings.ToEmbeddingIndex()</c>.</summary>
public static class ImageEmbeddingExtensions
{
    /// <summary>Makes an index over the images' vectors, in their order, for <see cref="EmbeddingIndex.Search"/>, <see cref="NearDuplicates"/> and
    /// <see cref="Outliers"/>. Their keys are their places: <c>0</c>, <c>1</c> and so on.</summary>
    /// <param name="embeddings">The results of one model. Without images the index is empty.</param>
    /// <exception cref="FingerprintMismatchException">Different models or settings made the vectors.</exception>
    /// <exception cref="InvalidOperationException">An image has no vector: leave out those whose <see cref="ImageEmbedding.IsSuccess"/> is false.
    /// </exception>
    /// <exception cref="ArgumentException">An embedding is null.</exception>
    public static EmbeddingIndex ToEmbeddingIndex(this IEnumerable<ImageEmbedding> embeddings)
    {
        ImageEmbedding[] all = Items.NotNull(embeddings, "an embedding");
        VectorFingerprint[] makers = [.. all.Select(embedding => embedding.Fingerprint).OfType<VectorFingerprint>().Distinct()];
        foreach (VectorFingerprint other in makers.Skip(1))
            makers[0].RequireSameDirection(other);

        VectorFingerprint? maker = makers.FirstOrDefault();
        var index = new EmbeddingIndex(maker);
        index.AddRange(all.Select((embedding, i) => KeyValuePair.Create(i.ToString(CultureInfo.InvariantCulture), embedding.Vector)), maker);
        return index;
    }
}
