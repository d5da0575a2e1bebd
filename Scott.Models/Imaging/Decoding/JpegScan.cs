namespace Scott.Models.Imaging;

/// <summary>A JPEG scan's header (ITU-T T.81, B.2.3) within its frame.</summary>
internal readonly ref struct JpegScan
{
    private readonly ReadOnlySpan<byte> _payload;
    private readonly JpegFrame _frame;

    private JpegScan(ReadOnlySpan<byte> payload, JpegFrame frame)
    {
        _payload = payload;
        _frame = frame;
    }

    public int ComponentCount => _payload[0];

    public int FirstCoefficient => _payload[^3];

    public int LastCoefficient => _payload[^2];

    /// <summary>The scan refines coefficients that an earlier one began.</summary>
    public bool IsRefinement => _payload[^1] >> 4 != 0;

    /// <summary>How many units (MCUs) the scan codes.</summary>
    public long Units
    {
        get
        {
            (int across, int down) = _frame.Units(ComponentCount == 1 ? ComponentIndex(0) : -1);
            return (long)across * down;
        }
    }

    public static JpegScan Read(JpegReader reader, JpegFrame frame)
    {
        ReadOnlySpan<byte> payload = reader.Payload;
        if (payload.Length < 4 || payload[0] is < 1 or > JpegFrame.MaximumComponents || payload.Length < 4 + (2 * payload[0]))
        {
            throw reader.Corrupt("the header of a scan is shorter than the components it names.");
        }

        var scan = new JpegScan(payload[..(4 + (2 * payload[0]))], frame);
        for (int i = 0; i < scan.ComponentCount; i++)
        {
            if (scan.ComponentIndex(i) < 0)
            {
                throw reader.Corrupt($"a scan names component {payload[1 + (2 * i)]}, which the frame does not have.");
            }
        }

        return scan;
    }

    /// <summary>The frame's component that is this scan's i-th.</summary>
    public int ComponentIndex(int i) => _frame.Find(_payload[1 + (2 * i)]);

    /// <summary>The i-th component's Huffman table for the first coefficients.</summary>
    public int DcTable(int i) => _payload[2 + (2 * i)] >> 4;

    /// <summary>The i-th component's Huffman table for the other coefficients.</summary>
    public int AcTable(int i) => _payload[2 + (2 * i)] & 15;

    /// <summary>The blocks that one unit has of the i-th component.</summary>
    public int BlocksPerUnit(int i)
    {
        JpegFrame.Component component = _frame[ComponentIndex(i)];
        return ComponentCount == 1 ? 1 : component.HorizontalBlocks * component.VerticalBlocks;
    }
}
