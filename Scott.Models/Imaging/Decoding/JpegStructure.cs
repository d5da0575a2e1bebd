using System.Buffers.Binary;

namespace Scott.Models.Imaging;

/// <summary>What a walk over a JPEG's markers found, and the checks that it passed.</summary>
/// <remarks>
/// A decoder fills what it has no data for with gray and calls it a success. This walk finds the damage that shows in the markers: segments and
/// scans that are cut off, a missing end, missing restart markers. It reads the compressed data only to find the next marker, at memory speed.
/// </remarks>
internal readonly struct JpegStructure
{
    /// <summary>As many zeros in compressed data are more likely a hole in the file than image content.</summary>
    private static ReadOnlySpan<byte> Hole => new byte[32];

    public JpegFrame Frame { get; private init; }

    /// <summary>Units from one restart marker to the next in the first scan, or 0 for none.</summary>
    public int RestartInterval { get; private init; }

    /// <summary>Components of the first scan.</summary>
    public int FirstScanComponents { get; private init; }

    /// <summary>The compressed data has a run of zeros.</summary>
    public bool HasHole { get; private init; }

    /// <summary>Walks over the markers.</summary>
    /// <exception cref="ImageFormatException">The file is cut off, or its markers contradict each other.</exception>
    public static JpegStructure Read(ReadOnlySpan<byte> data, string name)
    {
        var reader = new JpegReader(data, name);
        JpegFrame frame = default;
        int interval = 0, firstInterval = 0, firstComponents = 0;
        bool hasHole = false;
        while (reader.MoveNext())
        {
            if (JpegMarker.IsFrame(reader.Marker))
            {
                frame = frame.ComponentCount == 0 && JpegFrame.TryRead(reader.Marker, reader.Payload, out JpegFrame read)
                    ? read
                    : throw reader.Corrupt("it has two frame headers, or one that makes no sense.");
            }
            else if (reader.Marker == JpegMarker.RestartInterval && reader.Payload.Length >= 2)
            {
                interval = BinaryPrimitives.ReadUInt16BigEndian(reader.Payload);
            }
            else if (reader.Marker == JpegMarker.StartOfScan)
            {
                JpegScan scan = JpegScan.Read(reader, frame);
                (firstInterval, firstComponents) = firstComponents == 0 ? (interval, scan.ComponentCount) : (firstInterval, firstComponents);
                ReadOnlySpan<byte> entropy = reader.ReadEntropy(out int restarts);
                hasHole |= entropy.IndexOf(Hole) >= 0;
                CheckRestarts(reader, restarts, scan.Units, interval);
            }
        }

        return firstComponents > 0
            ? new JpegStructure { Frame = frame, RestartInterval = firstInterval, FirstScanComponents = firstComponents, HasHole = hasHole }
            : throw reader.Corrupt("it has no scan before the marker that ends it.");
    }

    private static void CheckRestarts(JpegReader reader, int restarts, long units, int interval)
    {
        long expected = interval == 0 ? 0 : (units - 1) / interval;

        // Some encoders write one more behind the last unit, which every decoder passes over.
        bool hasTrailing = interval > 0 && units % interval == 0 && restarts == expected + 1;
        if (restarts != expected && !hasTrailing)
        {
            throw reader.Corrupt($"a scan of {Plural.Of(units, "unit")} has {restarts} restart markers; expected {expected}.");
        }
    }
}
