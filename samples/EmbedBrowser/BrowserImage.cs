using System.Runtime.InteropServices.JavaScript;
using Scott.Models.Imaging;

namespace EmbedBrowser;

/// <summary>An image that the browser has decoded.</summary>
/// <remarks>The library's own decoder ignores color profiles, and keeps the colors of transparent pixels. A browser converts to sRGB, and transparent
/// pixels become black. So the vectors of images with a profile or with transparency differ.</remarks>
/// <param name="Pixels">Its pixels, turned upright.</param>
/// <param name="Preview">The address of a small copy, for an element of the page.</param>
internal sealed partial record BrowserImage(RgbImage Pixels, string Preview)
{
    /// <summary>The name of <c>images.js</c>.</summary>
    public const string Module = "images";

    /// <summary>The browser reduces larger images: it is faster than code of C#, which it interprets, and the model sees 112 × 112 pixels.</summary>
    private const int MostPixels = 2_000_000;

    /// <summary>Decodes a file in any format that the browser shows.</summary>
    /// <exception cref="InvalidDataException">The browser cannot decode it.</exception>
    public static async Task<BrowserImage> DecodeAsync(byte[] file, string mediaType)
    {
        using JSObject decoded = await DecodeAsync(file, mediaType, MostPixels);
        if (decoded.GetPropertyAsString("fault") is { } fault)
            throw new InvalidDataException(fault);

        (int width, int height) = (decoded.GetPropertyAsInt32("width"), decoded.GetPropertyAsInt32("height"));
        var image = RgbImage.FromPixels(decoded.GetPropertyAsByteArray("pixels"), width, height, PixelLayout.Rgba32);
        return new BrowserImage(image, decoded.GetPropertyAsString("preview")!);
    }

    /// <summary>Frees a preview that is not shown any more.</summary>
    [JSImport("release", Module)]
    public static partial void Release(string preview);

    [JSImport("decode", Module)]
    private static partial Task<JSObject> DecodeAsync(byte[] file, string mediaType, int mostPixels);
}
