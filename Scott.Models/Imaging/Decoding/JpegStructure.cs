namespace Scott.Models.Imaging;

/// <summary>What a walk over a JPEG's markers found. The interval is the number of units between restarts of the first scan, or 0.</summary>
/// <remarks>A decoder fills areas without data with gray and reports success. This walk finds the damage that shows in the markers: segments and
/// scans that are cut off, a missing end, missing restart markers. It reads the compressed data only to find the next marker, at memory
/// speed.</remarks>
internal sealed record JpegStructure(JpegFrame Frame, int RestartInterval, int FirstScanComponents, bool HasHole)
{
    private const byte MiddleGray = 128;

    /// <summary>As many as Skia takes. A file of a thousand scans would be walked for minutes.</summary>
    private const int MaximumScans = 100;

    /// <summary>So many zeros in compressed data are probably a hole in the file, not image content.</summary>
    private static ReadOnlySpan<byte> Hole => new byte[32];

    /// <summary>Walks over the markers. Throws if the file is cut off, or its markers contradict each other.</summary>
    public static JpegStructure Read(ReadOnlySpan<byte> data, string name)
    {
        var reader = new JpegReader(data, name);
        JpegFrame? frame = null;
        int interval = 0, firstInterval = 0, firstComponents = 0, scans = 0;
        bool hasHole = false;
        while (reader.MoveNext())
        {
            if (JpegMarker.IsFrame(reader.Marker))
            {
                frame = (frame is null ? JpegFrame.Read(reader.Marker, reader.Payload) : null)
                    ?? throw reader.Corrupt("it has two frame headers, or one that is not valid.");
            }
            else if (reader.Marker == JpegMarker.RestartInterval && reader.Payload.Length >= 2)
            {
                interval = BinaryPrimitives.ReadUInt16BigEndian(reader.Payload);
            }
            else if (reader.Marker == JpegMarker.StartOfScan)
            {
                if (++scans > MaximumScans)
                    throw reader.Corrupt($"it has more than {MaximumScans} scans.");

                var scan = new JpegScan(reader, frame);
                (firstInterval, firstComponents) = firstComponents == 0 ? (interval, scan.Components.Length) : (firstInterval, firstComponents);
                ReadOnlySpan<byte> entropy = reader.ReadEntropy(out int restarts);
                hasHole |= entropy.IndexOf(Hole) >= 0;
                CheckRestarts(reader, restarts, scan.Units, interval);
            }
        }

        return firstComponents > 0
            ? new JpegStructure(frame!, firstInterval, firstComponents, hasHole)
            : throw reader.Corrupt("it has no scan before the marker that ends it.");
    }

    /// <summary>Whether missing data may have left the decoded image gray, at its last pixel or in the last unit before a restart marker. Missing
    /// data gives zero coefficients, and zero coefficients give exactly 128 in every channel. Few intact images are gray there, and a closer check
    /// accepts them.</summary>
    public bool HasGrayTail(PixelBuffer pixels)
    {
        // Missing data may look different if there are four components (ink, not light), or if each component has its own scan: one may be missing
        // while the others give color. Both are rare enough to check always.
        int components = Frame.Components.Length;
        if (components == JpegFrame.MaximumComponents || FirstScanComponents != components || IsGray(pixels, pixels.Width - 1, pixels.Height - 1))
            return true;
        if (RestartInterval == 0)
            return false;

        bool isSingle = components == 1;
        (int across, int down) = Frame.Units(isSingle ? Frame.Components[0] : null);
        int unitWidth = JpegFrame.BlockPixels * (isSingle ? 1 : Frame.HorizontalBlocks);
        int unitHeight = JpegFrame.BlockPixels * (isSingle ? 1 : Frame.VerticalBlocks);
        for (long end = RestartInterval; end < (long)across * down; end += RestartInterval)
        {
            int x = Middle((int)((end - 1) % across), unitWidth, Frame.Width, pixels.Width);
            int y = Middle((int)((end - 1) / across), unitHeight, Frame.Height, pixels.Height);
            if (IsGray(pixels, x, y))
                return true;
        }

        return false;
    }

    private static void CheckRestarts(JpegReader reader, int restarts, long units, int interval)
    {
        long expected = interval == 0 ? 0 : (units - 1) / interval;

        // Some encoders write one more restart marker after the last unit; every decoder skips it.
        bool hasTrailing = interval > 0 && units % interval == 0 && restarts == expected + 1;
        if (restarts != expected && !hasTrailing)
            throw reader.Corrupt($"a scan of {Plural.Of(units, "unit")} has {restarts} restart markers; expected {expected}.");
    }

    /// <summary>The middle pixel of a unit along one axis, which no neighboring unit's color reaches. The image may have a smaller scale.</summary>
    private static int Middle(int unit, int unitPixels, int fullLength, int length) =>
        (int)(Math.Min(((long)unit * unitPixels) + (unitPixels / 2), fullLength - 1) * length / fullLength);

    private static bool IsGray(PixelBuffer pixels, int x, int y) =>
        pixels.Row(y).Slice(x * PixelBuffer.BytesPerPixel, 3) is [MiddleGray, MiddleGray, MiddleGray];
}
