namespace Scott.Models.Imaging;

/// <summary>
/// Rewrites sound files that Skia refuses, though other decoders read them, in the form that Skia reads. Runs after a refusal only, so that usual
/// files pay nothing for it.
/// </summary>
internal static class ImageRepair
{
    /// <summary>The rewritten file, or <see langword="null"/> when there is nothing to mend.</summary>
    /// <param name="encoded">The file as it is.</param>
    /// <param name="maximumPixels">The most pixels that are decoded.</param>
    public static byte[]? Repair(ReadOnlySpan<byte> encoded, long maximumPixels) => ImageSignature.Format(encoded) switch
    {
        "BMP" => BmpRepair.Repair(encoded),
        "GIF" => GifRepair.Repair(encoded, maximumPixels),
        "PNG" => PngRepair.Repair(encoded),
        _ => null,
    };
}
