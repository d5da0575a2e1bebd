using System.Globalization;
using System.Runtime.InteropServices.JavaScript;
using Scott.Models.Imaging;

namespace EmbedBrowser;

/// <summary>An image that the browser has decoded.</summary>
/// <param name="Image">Its pixels.</param>
/// <param name="Preview">The address of the file, for an element of the page.</param>
internal sealed partial record BrowserImage(RgbImage Image, string Preview)
{
    /// <summary>The name of <c>images.js</c>.</summary>
    public const string Module = "images";

    /// <summary>The pixels that a page has memory for beside everything else: 256 MB.</summary>
    private const int MostPixels = 64_000_000;

    /// <summary>Decodes a file in any format that the browser shows, turned upright and in sRGB.</summary>
    /// <exception cref="InvalidDataException">The browser cannot decode it, or it is too large.</exception>
    public static async Task<BrowserImage> DecodeAsync(byte[] file, string mediaType)
    {
        using JSObject decoded = await DecodeAsync(file, mediaType, MostPixels);
        if (decoded.GetPropertyAsString("fault") is { } fault)
            throw new InvalidDataException(fault);

        (int width, int height) = (decoded.GetPropertyAsInt32("width"), decoded.GetPropertyAsInt32("height"));
        var image = RgbImage.FromPixels(decoded.GetPropertyAsByteArray("pixels"), width, height, PixelLayout.Rgba32);
        return new BrowserImage(image, decoded.GetPropertyAsString("preview")!);
    }

    /// <summary>Its size as text.</summary>
    public string Size => string.Create(CultureInfo.InvariantCulture, $"{Image.Width} × {Image.Height}");

    [JSImport("decode", Module)]
    private static partial Task<JSObject> DecodeAsync(byte[] file, string mediaType, int mostPixels);
}
