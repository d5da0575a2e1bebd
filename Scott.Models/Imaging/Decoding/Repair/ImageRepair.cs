namespace Scott.Models.Imaging;

/// <summary>Rewrites files that Skia refuses although other decoders read them. Runs only after Skia refuses a file.</summary>
internal static class ImageRepair
{
    private const int PngColorTypeAt = 25;
    private const byte PaletteColors = 3;

    /// <summary>The rewritten file, or <see langword="null"/> if there is nothing to repair.</summary>
    public static byte[]? Repair(ReadOnlySpan<byte> encoded, long maximumPixels) => ImageSignature.Format(encoded) switch
    {
        "BMP" => BmpRepair.Repair(encoded),
        "GIF" => GifRepair.Repair(encoded, maximumPixels),
        "PNG" => RepairPng(encoded),
        _ => null,
    };

    /// <summary>Drops the palette of a PNG whose pixels do not use it. Such a palette is optional, but libpng refuses an empty one.</summary>
    private static byte[]? RepairPng(ReadOnlySpan<byte> png)
    {
        if (png.Length <= PngColorTypeAt || png[PngColorTypeAt] == PaletteColors)
            return null;

        bool hasPalette = false;
        var repaired = new MemoryStream(png.Length);
        repaired.Write(png[..PngChunkReader.SignatureBytes]);
        var reader = new PngChunkReader(png);
        while (reader.MoveNext())
        {
            bool isPalette = reader.Type.SequenceEqual("PLTE"u8);
            repaired.Write(isPalette ? default : reader.Whole);
            hasPalette |= isPalette;
        }

        // Data after the last whole chunk is left out, because nothing can be read from it.
        return hasPalette ? repaired.ToArray() : null;
    }
}
