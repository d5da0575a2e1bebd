namespace Scott.Models.Imaging;

/// <summary>Walks the Huffman codes of a JPEG without computing pixels, to check that every block has its data. Exact for sequential JPEGs. In
/// progressive JPEGs it walks the scans that begin coefficients, and skips the scans that refine them.</summary>
/// <remarks>ITU-T T.81, F.2.2 (sequential) and G.1.2 (progressive).</remarks>
internal ref struct JpegEntropyCheck(ReadOnlySpan<byte> data, string name, bool onlyFirstCoefficients)
{
    private const int TableSlots = 8; // four for first coefficients, four for the others

    private readonly JpegHuffmanTable?[] _tables = new JpegHuffmanTable?[TableSlots];
    private JpegReader _reader = new(data, name);
    private JpegBitReader _bits;
    private int _blocksToSkip;

    /// <summary>Checks a JPEG whose markers are intact. Throws if a block has no data, or if data remains after the last block.</summary>
    public static void Run(ReadOnlySpan<byte> data, string name, bool onlyFirstCoefficients) =>
        new JpegEntropyCheck(data, name, onlyFirstCoefficients).Run();

    private void Run()
    {
        JpegFrame? frame = null;
        int interval = 0;
        while (_reader.MoveNext())
        {
            switch (_reader.Marker)
            {
                case JpegMarker.BaselineFrame or JpegMarker.ExtendedFrame or JpegMarker.ProgressiveFrame:
                    frame = JpegFrame.Read(_reader.Marker, _reader.Payload);
                    break;
                case JpegMarker.HuffmanTables:
                    ReadTables(_reader.Payload);
                    break;
                case JpegMarker.RestartInterval when _reader.Payload.Length >= 2:
                    interval = BinaryPrimitives.ReadUInt16BigEndian(_reader.Payload);
                    break;
                case JpegMarker.StartOfScan when frame is not null:
                    var scan = new JpegScan(_reader, frame);
                    _bits = new JpegBitReader(_reader.ReadEntropy(out _));
                    WalkScan(scan, interval);
                    break;
            }
        }
    }

    private readonly void ReadTables(ReadOnlySpan<byte> payload)
    {
        while (payload.Length > JpegHuffmanTable.CountBytes)
        {
            ReadOnlySpan<byte> counts = payload.Slice(1, JpegHuffmanTable.CountBytes);
            int symbols = counts.ToArray().Sum(count => count);
            int slot = ((payload[0] >> 4) * (TableSlots / 2)) + (payload[0] & 15);
            int length = 1 + JpegHuffmanTable.CountBytes + symbols;
            JpegHuffmanTable? table = length <= payload.Length && slot < TableSlots
                ? JpegHuffmanTable.Read(counts, payload[(1 + JpegHuffmanTable.CountBytes)..length])
                : null;
            _tables[slot % TableSlots] = table ?? throw _reader.Corrupt("one of its Huffman tables is not valid.");
            payload = payload[length..];
        }
    }

    private void WalkScan(JpegScan scan, int interval)
    {
        if (scan.IsRefinement || (onlyFirstCoefficients && scan.FirstCoefficient > 0))
            return;

        _blocksToSkip = 0;
        for (long unit = 0; unit < scan.Units; unit++)
        {
            if (interval > 0 && unit > 0 && unit % interval == 0)
                FinishSegment(unit, scan.Units);

            foreach (JpegScan.Component component in scan.Components)
            {
                for (int block = component.BlocksPerUnit; block > 0; block--)
                {
                    if (!WalkBlock(scan, component) || _bits.IsExhausted)
                        throw _reader.Corrupt($"its compressed data breaks off or is damaged at unit {unit} of the {scan.Units} of a scan.");
                }
            }
        }

        FinishSegment(scan.Units, scan.Units);
    }

    private void FinishSegment(long unit, long units)
    {
        _blocksToSkip = 0;
        if (!_bits.FinishSegment())
            throw _reader.Corrupt($"its compressed data continues after unit {unit} of the {units} of a scan, where it should end.");
    }

    /// <summary>Walks one block. A progressive scan has either the first coefficients or other ones, not both.</summary>
    private bool WalkBlock(JpegScan scan, JpegScan.Component component) =>
        (scan.FirstCoefficient > 0 || WalkFirstCoefficient(component.DcTable))
        && (scan is { IsProgressive: true, FirstCoefficient: 0 } || WalkCoefficients(scan, component.AcTable));

    private bool WalkFirstCoefficient(int table)
    {
        int size = Decode(table);
        _bits.Skip(Math.Clamp(size, 0, 16));
        return size is >= 0 and <= 16;
    }

    private bool WalkCoefficients(JpegScan scan, int table)
    {
        if (_blocksToSkip > 0)
        {
            _blocksToSkip--;
            return true;
        }

        for (int at = Math.Max(1, scan.FirstCoefficient); at <= scan.LastCoefficient; at++)
        {
            int symbol = Decode((TableSlots / 2) + table);
            int run = symbol >> 4, size = symbol & 15;
            if (symbol < 0)
                return false;

            if (size == 0 && run < 15)
            {
                // The rest of this block is zero. In a progressive scan, so are a number of blocks after it.
                _blocksToSkip = scan.IsProgressive ? (1 << run) - 1 + _bits.Read(run) : 0;
                return scan.IsProgressive || run == 0;
            }

            at += run;
            _bits.Skip(size);
            if (at > scan.LastCoefficient)
                return false;
        }

        return true;
    }

    private int Decode(int slot) => slot < TableSlots && _tables[slot] is { } table ? table.Decode(ref _bits) : -1;
}
