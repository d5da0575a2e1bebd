namespace Scott.Models.Imaging;

/// <summary>One color component of a JPEG, and its blocks in a coded unit (MCU) of all components.</summary>
internal readonly record struct JpegComponent(byte Identifier, int HorizontalBlocks, int VerticalBlocks);

/// <summary>A JPEG's frame header (ITU-T T.81, B.2.2): the image's size and how its components are sampled.</summary>
internal sealed record JpegFrame(byte Marker, int Width, int Height, JpegComponent[] Components)
{
    public const int MaximumComponents = 4;
    public const int BlockPixels = 8;
    private const int FixedBytes = 6;
    private const int BytesPerComponent = 3;

    /// <summary>The largest sampling of any component.</summary>
    public int HorizontalBlocks { get; } = Components.Max(component => component.HorizontalBlocks);
    public int VerticalBlocks { get; } = Components.Max(component => component.VerticalBlocks);

    /// <summary>Reads a header; <see langword="null"/> if it is not valid.</summary>
    public static JpegFrame? Read(byte marker, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < FixedBytes || payload[5] is < 1 or > MaximumComponents || payload.Length < FixedBytes + (payload[5] * BytesPerComponent))
            return null;

        var components = new JpegComponent[payload[5]];
        for (int i = 0; i < components.Length; i++)
        {
            ReadOnlySpan<byte> bytes = payload.Slice(FixedBytes + (i * BytesPerComponent), BytesPerComponent);
            components[i] = new JpegComponent(bytes[0], bytes[1] >> 4, bytes[1] & 15);
            if (components[i] is not { HorizontalBlocks: >= 1 and <= 4, VerticalBlocks: >= 1 and <= 4 })
                return null;
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(payload[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(payload[3..]);
        return width > 0 && height > 0 ? new JpegFrame(marker, width, height, components) : null;
    }

    /// <summary>The coded units (MCUs) across and down of a scan of all components, or of one component alone (A.2).</summary>
    public (int Across, int Down) Units(JpegComponent? only = null) => only is { } component
        ? (Ceiling(Ceiling(Width * component.HorizontalBlocks, HorizontalBlocks), BlockPixels),
            Ceiling(Ceiling(Height * component.VerticalBlocks, VerticalBlocks), BlockPixels))
        : (Ceiling(Width, BlockPixels * HorizontalBlocks), Ceiling(Height, BlockPixels * VerticalBlocks));

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}

/// <summary>A JPEG scan's header (ITU-T T.81, B.2.3) within its frame.</summary>
internal sealed class JpegScan
{
    /// <summary>Throws if the header is too short, or names a component that the frame does not have.</summary>
    public JpegScan(JpegReader reader, JpegFrame? frame)
    {
        ReadOnlySpan<byte> payload = reader.Payload;
        if (payload.Length < 4 || payload[0] is < 1 or > JpegFrame.MaximumComponents || payload.Length < 4 + (2 * payload[0]))
            throw reader.Corrupt("the header of a scan is shorter than the components it names.");

        Components = new Component[payload[0]];
        JpegComponent only = default;
        for (int i = 0; i < Components.Length; i++)
        {
            byte identifier = payload[1 + (2 * i)], tables = payload[2 + (2 * i)];
            int index = Array.FindIndex(frame?.Components ?? [], component => component.Identifier == identifier);
            if (index < 0)
                throw reader.Corrupt($"a scan names component {identifier}, which the frame does not have.");

            only = frame!.Components[index];
            Components[i] = new Component(Components.Length == 1 ? 1 : only.HorizontalBlocks * only.VerticalBlocks, tables >> 4, tables & 15);
        }

        (int across, int down) = frame!.Units(Components.Length == 1 ? only : null);
        Units = (long)across * down;
        IsProgressive = frame.Marker == JpegMarker.ProgressiveFrame;
        ReadOnlySpan<byte> end = payload[(1 + (2 * Components.Length))..];
        (FirstCoefficient, LastCoefficient, IsRefinement) = IsProgressive ? (end[0], end[1], end[2] >> 4 != 0) : (0, 63, false);
    }

    public Component[] Components { get; }
    public long Units { get; } // MCUs that the scan codes
    public bool IsProgressive { get; }
    public int FirstCoefficient { get; }
    public int LastCoefficient { get; }
    public bool IsRefinement { get; } // of coefficients that an earlier scan began

    /// <summary>A component's blocks in a unit, and its Huffman tables: for the first coefficients, and for the others.</summary>
    internal readonly record struct Component(int BlocksPerUnit, int DcTable, int AcTable);
}
