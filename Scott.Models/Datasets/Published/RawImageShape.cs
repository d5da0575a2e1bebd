namespace Scott.Models.Datasets;

/// <summary>How uncompressed images lie in a file's bytes.</summary>
/// <param name="Offset">Where the first begins.</param>
/// <param name="Stride">The bytes from the start of one to the start of the next.</param>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="IsPlanar">Whether there are three bytes a pixel, all red ones first, then green, then blue; otherwise there is one, gray.</param>
internal readonly record struct RawImageShape(int Offset, int Stride, int Width, int Height, bool IsPlanar)
{
    public int ImageBytes => Width * Height * (IsPlanar ? 3 : 1);
}
