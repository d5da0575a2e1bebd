using System.Buffers.Binary;

namespace Scott.Models.Imaging;

/// <summary>Steps through a JPEG's segments up to the end of its first image (ITU-T T.81, B.1). Raises an error where one is cut off.</summary>
internal ref struct JpegReader
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly string _name;
    private int _at;

    public JpegReader(ReadOnlySpan<byte> data, string name)
    {
        _data = data;
        _name = name;
        _at = 2; // after the start marker, by which the format was recognized
    }

    /// <summary>The segment's marker.</summary>
    public byte Marker { get; private set; }

    /// <summary>What follows the segment's length.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>Goes to the next segment; false at the end of the image. Bytes between segments are passed over, as decoders do.</summary>
    public bool MoveNext()
    {
        do
        {
            Marker = NextMarker();
        }
        while (JpegMarker.StandsAlone(Marker));

        if (Marker == JpegMarker.EndOfImage)
        {
            return false;
        }

        int length = _data.Length - _at >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(_data[_at..]) : throw CutOff();
        if (length < 2)
        {
            throw Corrupt($"its segment ff{Marker:x2} at byte {_at - 2} gives its length as {length}; expected at least 2.");
        }

        if (length > _data.Length - _at)
        {
            throw CutOff();
        }

        Payload = _data.Slice(_at + 2, length - 2);
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
            int next = _data[_at..].IndexOf(JpegMarker.Prefix);
            if (next < 0 || _at + next + 1 >= _data.Length)
            {
                throw CutOff();
            }

            _at += next;
            byte marker = _data[_at + 1];
            switch (marker)
            {
                case 0: // a data byte of ff
                    _at += 2;
                    break;
                case JpegMarker.Prefix: // a fill byte
                    _at++;
                    break;
                default:
                    if (!JpegMarker.IsRestart(marker))
                    {
                        return _data[start.._at];
                    }

                    if (marker != 0xd0 + (restarts % 8))
                    {
                        throw Corrupt($"its restart marker ff{marker:x2} at byte {_at} is out of order; expected ff{0xd0 + (restarts % 8):x2}.");
                    }

                    restarts++;
                    _at += 2;
                    break;
            }
        }
    }

    public readonly ImageFormatException Corrupt(string detail) => new(_name, ImageFault.Corrupt, detail);

    private byte NextMarker()
    {
        while (true)
        {
            int next = _data[_at..].IndexOf(JpegMarker.Prefix);
            if (next < 0 || _at + next + 1 >= _data.Length)
            {
                throw CutOff();
            }

            _at += next + 1;
            if (_data[_at] is not (0 or JpegMarker.Prefix))
            {
                return _data[_at++];
            }
        }
    }

    private readonly ImageFormatException CutOff() =>
        new(_name, ImageFault.Truncated, $"it ends at byte {_data.Length}; expected the marker that ends a JPEG.");
}
