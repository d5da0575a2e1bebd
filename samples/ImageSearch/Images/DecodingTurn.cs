using Scott.Models.Imaging;

namespace ImageSearch.Images;

/// <summary>An image and the memory that it may take until this is disposed.</summary>
/// <param name="source">The image: a small one encoded, as it came, the center square of a large one, decoded and reduced.</param>
/// <param name="reduced">The pixels of a large one.</param>
/// <param name="share">The memory.</param>
internal sealed class DecodingTurn(ImageSource source, RgbImage? reduced, IDisposable share) : IDisposable
{
    public ImageSource Source => source;

    public RgbImage? Reduced => reduced;

    public void Dispose() => share.Dispose();
}
