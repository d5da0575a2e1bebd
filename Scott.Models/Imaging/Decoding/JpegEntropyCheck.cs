namespace Scott.Models.Imaging;

/// <summary>
/// Walks the Huffman codes of a JPEG without computing pixels, to find whether every block has its data. Exact for sequential JPEGs; of a
/// progressive one it walks the scans that begin coefficients, and skips those that refine them.
/// </summary>
/// <remarks>ITU-T T.81, F.2.2 (sequential) and G.1.2 (progressive).</remarks>
internal ref struct JpegEntropyCheck
{
    private const int TableSlots = 8; // four for first coefficients, four for the others
    private const int LastCoefficient = 63;

    private readonly bool _onlyFirstCoefficients;
    private readonly JpegHuffmanTable?[] _tables = new JpegHuffmanTable?[TableSlots];
    private JpegReader _reader;
    private JpegBitReader _bits;
    private int _blocksToSkip;

    private JpegEntropyCheck(ReadOnlySpan<byte> data, string name, bool onlyFirstCoefficients)
    {
        _reader = new JpegReader(data, name);
        _onlyFirstCoefficients = onlyFirstCoefficients;
    }

    /// <summary>Checks a JPEG whose markers are sound.</summary>
    /// <exception cref="ImageFormatException">Blocks lack their data, or data has no block.</exception>
    public static void Run(ReadOnlySpan<byte> data, string name, bool onlyFirstCoefficients) =>
        new JpegEntropyCheck(data, name, onlyFirstCoefficients).Run();

    private void Run()
    {
        JpegFrame frame = default;
        int interval = 0;
        while (_reader.MoveNext())
        {
            switch (_reader.Marker)
            {
                case JpegMarker.BaselineFrame or JpegMarker.ExtendedFrame or JpegMarker.ProgressiveFrame:
                    JpegFrame.TryRead(_reader.Marker, _reader.Payload, out frame);
                    break;
                case JpegMarker.HuffmanTables:
                    ReadTables(_reader.Payload);
                    break;
                case JpegMarker.RestartInterval when _reader.Payload.Length >= 2:
                    interval = BinaryPrimitives.ReadUInt16BigEndian(_reader.Payload);
                    break;
                case JpegMarker.StartOfScan when frame.ComponentCount > 0:
                    var scan = new JpegScan(_reader, frame);
                    _bits = new JpegBitReader(_reader.ReadEntropy(out _));
                    WalkScan(scan, frame.Marker == JpegMarker.ProgressiveFrame, interval);
                    break;
            }
        }
    }

    private readonly void ReadTables(ReadOnlySpan<byte> payload)
    {
        while (payload.Length > JpegHuffmanTable.CountBytes)
        {
            ReadOnlySpan<byte> counts = payload.Slice(1, JpegHuffmanTable.CountBytes);
            int symbols = 0;
            foreach (byte count in counts)
                symbols += count;

            int slot = ((payload[0] >> 4) * (TableSlots / 2)) + (payload[0] & 15);
            int length = 1 + JpegHuffmanTable.CountBytes + symbols;
            JpegHuffmanTable? table = length <= payload.Length && slot < TableSlots
                ? JpegHuffmanTable.Read(counts, payload[(1 + JpegHuffmanTable.CountBytes)..length])
                : null;
            _tables[slot % TableSlots] = table ?? throw _reader.Corrupt("one of its Huffman tables makes no sense.");
            payload = payload[length..];
        }
    }

    private void WalkScan(scoped JpegScan scan, bool isProgressive, int interval)
    {
        if (isProgressive && (scan.IsRefinement || (_onlyFirstCoefficients && scan.FirstCoefficient > 0)))
            return;

        _blocksToSkip = 0;
        long units = scan.Units;
        for (long unit = 0; unit < units; unit++)
        {
            if (interval > 0 && unit > 0 && unit % interval == 0)
                FinishSegment(unit, units);

            for (int component = 0; component < scan.ComponentCount; component++)
            {
                for (int block = scan.BlocksPerUnit(component); block > 0; block--)
                {
                    if (!(isProgressive ? WalkProgressiveBlock(scan, component) : WalkBlock(scan, component)) || _bits.IsExhausted)
                        throw _reader.Corrupt($"its compressed data breaks off or is damaged at unit {unit} of the {units} of a scan.");
                }
            }
        }

        FinishSegment(units, units);
    }

    private void FinishSegment(long unit, long units)
    {
        _blocksToSkip = 0;
        if (!_bits.FinishSegment())
            throw _reader.Corrupt($"its compressed data continues after unit {unit} of the {units} of a scan, where it should end.");
    }

    private bool WalkBlock(scoped JpegScan scan, int component) =>
        WalkFirstCoefficient(scan.DcTable(component))
        && WalkCoefficients(scan.AcTable(component), 1, LastCoefficient, isProgressive: false);

    private bool WalkProgressiveBlock(scoped JpegScan scan, int component) => scan.FirstCoefficient == 0
        ? WalkFirstCoefficient(scan.DcTable(component))
        : WalkCoefficients(scan.AcTable(component), scan.FirstCoefficient, scan.LastCoefficient, isProgressive: true);

    private bool WalkFirstCoefficient(int table)
    {
        int size = Decode(table);
        _bits.Skip(Math.Clamp(size, 0, 16));
        return size is >= 0 and <= 16;
    }

    private bool WalkCoefficients(int table, int first, int last, bool isProgressive)
    {
        if (_blocksToSkip > 0)
        {
            _blocksToSkip--;
            return true;
        }

        for (int at = first; at <= last; at++)
        {
            int symbol = Decode((TableSlots / 2) + table);
            int run = symbol >> 4, size = symbol & 15;
            if (symbol < 0)
                return false;

            if (size == 0 && run < 15)
            {
                // The rest of this block is zero and, in a progressive scan, that of a number of blocks after it.
                _blocksToSkip = isProgressive ? (1 << run) - 1 + _bits.Read(run) : 0;
                return isProgressive || run == 0;
            }

            at += run;
            _bits.Skip(size);
            if (at > last)
                return false;
        }

        return true;
    }

    private int Decode(int slot) => slot < TableSlots && _tables[slot] is { } table ? table.Decode(ref _bits) : -1;
}
