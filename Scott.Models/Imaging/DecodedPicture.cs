namespace Scott.Models.Imaging;

/// <summary>A decoded, upright picture.</summary>
/// <param name="Pixels">The pixels, which whoever holds this disposes of.</param>
/// <param name="FullWidth">The width that a full decode has; <paramref name="Pixels"/> may be smaller.</param>
/// <param name="FullHeight">The height that a full decode has.</param>
internal readonly record struct DecodedPicture(PixelBuffer Pixels, int FullWidth, int FullHeight) : IDisposable
{
    public void Dispose() => Pixels.Dispose();
}
