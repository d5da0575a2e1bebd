using Scott.Models.Imaging;

namespace ImageSearch.Images;

/// <summary>An image and the memory that it may take until this is disposed.</summary>
/// <param name="source">A small image, still encoded; or the center square of a large image, decoded and reduced.</param>
/// <param name="reduced">The pixels of that square; <see langword="null"/> for a small image.</param>
/// <param name="share">The share of the memory.</param>
internal sealed class DecodingTurn(ImageSource source, RgbImage? reduced, IDisposable share) : IDisposable
{
    public ImageSource Source => source;

    public RgbImage? Reduced => reduced;

    public void Dispose() => share.Dispose();
}
