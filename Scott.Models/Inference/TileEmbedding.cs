using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>The features of one tile of a large image.</summary>
/// <param name="Tile">Its place.</param>
/// <param name="Embedding">Its features. The name is that of the image with <see cref="ImageTile.ToString"/> after it.</param>
public sealed record TileEmbedding(ImageTile Tile, ImageEmbedding Embedding)
{
    /// <summary>The tile's vector.</summary>
    public ReadOnlyMemory<float> Vector => Embedding.Vector;
}
