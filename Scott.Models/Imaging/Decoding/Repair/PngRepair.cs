namespace Scott.Models.Imaging;

/// <summary>Drops the palette of a PNG whose pixels have none: it is a mere suggestion there, but libpng refuses an empty one.</summary>
internal static class PngRepair
{
    private const int ColorTypeAt = 25;
    private const byte PaletteColors = 3;

    public static byte[]? Repair(ReadOnlySpan<byte> png)
    {
        if (png.Length <= ColorTypeAt || png[ColorTypeAt] == PaletteColors)
        {
            return null;
        }

        bool hasPalette = false;
        var repaired = new MemoryStream(png.Length);
        repaired.Write(png[..PngChunkReader.SignatureBytes]);
        var reader = new PngChunkReader(png);
        while (reader.MoveNext())
        {
            if (reader.Type.SequenceEqual("PLTE"u8))
            {
                hasPalette = true;
            }
            else
            {
                repaired.Write(reader.Whole);
            }
        }

        // What follows the last whole chunk is left out: nothing can be read from it.
        return hasPalette ? repaired.ToArray() : null;
    }
}
