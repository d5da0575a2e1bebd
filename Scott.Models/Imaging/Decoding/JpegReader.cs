namespace Scott.Models.Imaging;

/// <summary>The second bytes of JPEG markers (ITU-T T.81, table B.1).</summary>
internal static class JpegMarker
{
    public const byte Prefix = 0xff;
    public const byte BaselineFrame = 0xc0;
    public const byte ExtendedFrame = 0xc1;
    public const byte ProgressiveFrame = 0xc2;
    public const byte HuffmanTables = 0xc4;
    public const byte FirstRestart = 0xd0;
    public const byte StartOfImage = 0xd8;
    public const byte EndOfImage = 0xd9;
    public const byte StartOfScan = 0xda;
    public const byte RestartInterval = 0xdd;
    public const byte HierarchicalProgression = 0xde;
    public const byte Application1 = 0xe1;
    public const byte JpegLsFrame = 0xf7;

    public static bool IsFrame(byte marker) => marker is >= 0xc0 and <= 0xcf and not (HuffmanTables or 0xc8 or 0xcc);
    public static bool IsRestart(byte marker) => marker is >= FirstRestart and <= 0xd7;

    /// <summary>Whether a marker has no length after it: a restart, the start of an image, or TEM.</summary>
    public static bool StandsAlone(byte marker) => IsRestart(marker) || marker is StartOfImage or 0x01;
}

/// <summary>Steps through a JPEG's segments up to the end of its first image (ITU-T T.81, B.1). Throws where one is cut off.</summary>
internal ref struct JpegReader(ReadOnlySpan<byte> data, string name)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at = 2; // after the start marker, by which the format was recognized

    public byte Marker { get; private set; }
    public ReadOnlySpan<byte> Payload { get; private set; } // what follows the segment's length

    /// <summary>Moves to the next segment; false at the end of the image. Bytes between segments are skipped, as decoders do.</summary>
    public bool MoveNext()
    {
        do
        {
            MoveToPrefix();
            Marker = _data[++_at];
        }
        while (Marker is 0 or JpegMarker.Prefix || JpegMarker.StandsAlone(Marker));

        _at++;
        if (Marker == JpegMarker.EndOfImage)
            return false;

        int length = _data.Length - _at >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(_data[_at..]) : throw CutOff();
        if (length < 2)
            throw Corrupt($"its segment ff{Marker:x2} at byte {_at - 2} gives its length as {length}; expected at least 2.");

        Payload = length <= _data.Length - _at ? _data.Slice(_at + 2, length - 2) : throw CutOff();
        _at += length;
        return true;
    }

    /// <summary>The compressed data after a scan's header, up to the marker that ends it, and the restart markers in it.</summary>
    public ReadOnlySpan<byte> ReadEntropy(out int restarts)
    {
        int start = _at;
        restarts = 0;
        while (true)
        {
            MoveToPrefix();
            byte marker = _data[_at + 1];
            if (marker is not (0 or JpegMarker.Prefix))
            {
                if (!JpegMarker.IsRestart(marker))
                    return _data[start.._at];

                int expected = JpegMarker.FirstRestart + (restarts++ % 8);
                if (marker != expected)
                    throw Corrupt($"its restart marker ff{marker:x2} at byte {_at} is out of order; expected ff{expected:x2}.");
            }

            // A prefix before another is a fill byte; before 0 it is a data byte.
            _at += marker == JpegMarker.Prefix ? 1 : 2;
        }
    }

    public readonly ImageFormatException Corrupt(string detail) => new(name, ImageFault.Corrupt, detail);

    /// <summary>Moves to the next prefix byte that is not the last byte of the file.</summary>
    private void MoveToPrefix()
    {
        int next = _data[_at..].IndexOf(JpegMarker.Prefix);
        if (next < 0 || _at + next + 1 >= _data.Length)
            throw CutOff();

        _at += next;
    }

    private readonly ImageFormatException CutOff() =>
        new(name, ImageFault.Truncated, $"it ends at byte {_data.Length}; expected the marker that ends a JPEG.");
}
