namespace Scott.Models.Imaging;

/// <summary>A JPEG's frame header (ITU-T T.81, B.2.2): the image's size and how its components are sampled.</summary>
internal struct JpegFrame
{
    public const int MaximumComponents = 4;
    public const int BlockPixels = 8;
    private const int FixedBytes = 6;
    private const int BytesPerComponent = 3;

    private ComponentArray _components;

    public byte Marker { get; private init; }

    public int Width { get; private init; }

    public int Height { get; private init; }

    public int ComponentCount { get; private init; }

    /// <summary>The largest horizontal sampling of any component.</summary>
    public int HorizontalBlocks { get; private set; }

    /// <summary>The largest vertical sampling of any component.</summary>
    public int VerticalBlocks { get; private set; }

    /// <summary>Reads a header; false if it makes no sense.</summary>
    public static bool TryRead(byte marker, ReadOnlySpan<byte> payload, out JpegFrame frame)
    {
        frame = default;
        if (payload.Length < FixedBytes || payload[5] is < 1 or > MaximumComponents || payload.Length < FixedBytes + (payload[5] * BytesPerComponent))
            return false;

        frame = new JpegFrame
        {
            Marker = marker,
            Height = BinaryPrimitives.ReadUInt16BigEndian(payload[1..]),
            Width = BinaryPrimitives.ReadUInt16BigEndian(payload[3..]),
            ComponentCount = payload[5],
        };
        for (int i = 0; i < frame.ComponentCount; i++)
        {
            ReadOnlySpan<byte> bytes = payload.Slice(FixedBytes + (i * BytesPerComponent), BytesPerComponent);
            (int across, int down) = (bytes[1] >> 4, bytes[1] & 15);
            if (across is < 1 or > 4 || down is < 1 or > 4)
                return false;

            frame._components[i] = new Component(bytes[0], across, down);
            frame.HorizontalBlocks = Math.Max(frame.HorizontalBlocks, across);
            frame.VerticalBlocks = Math.Max(frame.VerticalBlocks, down);
        }

        return frame is { Width: > 0, Height: > 0 };
    }

    public readonly Component this[int index] => _components[index];

    /// <summary>The index of a component, or -1.</summary>
    public readonly int Find(byte identifier)
    {
        for (int i = 0; i < ComponentCount; i++)
        {
            if (_components[i].Identifier == identifier)
                return i;
        }

        return -1;
    }

    /// <summary>The coded units (MCUs) across and down of a scan of all components, or of one of several alone (A.2).</summary>
    public readonly (int Across, int Down) Units(int onlyComponent = -1)
    {
        if (onlyComponent < 0)
            return (Ceiling(Width, BlockPixels * HorizontalBlocks), Ceiling(Height, BlockPixels * VerticalBlocks));

        Component component = _components[onlyComponent];
        return (
            Ceiling(Ceiling(Width * component.HorizontalBlocks, HorizontalBlocks), BlockPixels),
            Ceiling(Ceiling(Height * component.VerticalBlocks, VerticalBlocks), BlockPixels));
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;

    /// <summary>One color component.</summary>
    internal readonly record struct Component(byte Identifier, int HorizontalBlocks, int VerticalBlocks);

    [InlineArray(MaximumComponents)]
    private struct ComponentArray
    {
        private Component _first;
    }
}

/// <summary>A JPEG scan's header (ITU-T T.81, B.2.3) within its frame.</summary>
internal readonly ref struct JpegScan
{
    private readonly ReadOnlySpan<byte> _payload;
    private readonly JpegFrame _frame;

    /// <exception cref="ImageFormatException">The header is too short, or names a component that the frame does not have.</exception>
    public JpegScan(JpegReader reader, JpegFrame frame)
    {
        ReadOnlySpan<byte> payload = reader.Payload;
        if (payload.Length < 4 || payload[0] is < 1 or > JpegFrame.MaximumComponents || payload.Length < 4 + (2 * payload[0]))
            throw reader.Corrupt("the header of a scan is shorter than the components it names.");

        _payload = payload[..(4 + (2 * payload[0]))];
        _frame = frame;
        for (int i = 0; i < ComponentCount; i++)
        {
            if (ComponentIndex(i) < 0)
                throw reader.Corrupt($"a scan names component {payload[1 + (2 * i)]}, which the frame does not have.");
        }
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

    /// <summary>The frame's component that is this scan's i-th.</summary>
    private int ComponentIndex(int i) => _frame.Find(_payload[1 + (2 * i)]);
}
