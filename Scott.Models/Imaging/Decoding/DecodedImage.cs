namespace Scott.Models.Imaging;

/// <summary>A decoded, upright image.</summary>
/// <param name="Pixels">The pixels, which whoever holds this disposes of.</param>
/// <param name="FullWidth">The width that a full decode has; <paramref name="Pixels"/> may be smaller.</param>
/// <param name="FullHeight">The height that a full decode has.</param>
/// <param name="Content">The part of <paramref name="Pixels"/> that the image covers.</param>
internal readonly record struct DecodedImage(PixelBuffer Pixels, int FullWidth, int FullHeight, PixelBox Content) : IDisposable
{
    /// <summary>An image in full size.</summary>
    public DecodedImage(PixelBuffer pixels)
        : this(pixels, pixels.Width, pixels.Height, new PixelBox(0, 0, pixels.Width, pixels.Height))
    {
    }

    public void Dispose() => Pixels.Dispose();
}
