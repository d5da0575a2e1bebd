using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Scott.Models.Imaging;

/// <summary>A JPEG's frame header (ITU-T T.81, B.2.2): the image's size and how its components are sampled.</summary>
internal struct JpegFrame
{
    public const int MaximumComponents = 4;
    private const int FixedBytes = 6;
    private const int BytesPerComponent = 3;
    private const int BlockPixels = 8;

    private ComponentArray _components;

    public byte Marker { get; private init; }

    public int Width { get; private init; }

    public int Height { get; private init; }

    public int ComponentCount { get; private init; }

    /// <summary>The largest horizontal and vertical sampling of any component.</summary>
    public int HorizontalBlocks { get; private set; }

    /// <inheritdoc cref="HorizontalBlocks"/>
    public int VerticalBlocks { get; private set; }

    /// <summary>Reads a header, or says that it makes no sense.</summary>
    public static bool TryRead(byte marker, ReadOnlySpan<byte> payload, out JpegFrame frame)
    {
        frame = default;
        if (payload.Length < FixedBytes || payload[5] is < 1 or > MaximumComponents || payload.Length < FixedBytes + (payload[5] * BytesPerComponent))
        {
            return false;
        }

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
            frame._components[i] = new Component(bytes[0], bytes[1] >> 4, bytes[1] & 15);
            frame.HorizontalBlocks = Math.Max(frame.HorizontalBlocks, frame._components[i].HorizontalBlocks);
            frame.VerticalBlocks = Math.Max(frame.VerticalBlocks, frame._components[i].VerticalBlocks);
            if (frame._components[i].HorizontalBlocks is < 1 or > 4 || frame._components[i].VerticalBlocks is < 1 or > 4)
            {
                return false;
            }
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
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The coded units (MCUs) across and down of a scan of all of several components, or, with an index, of that component alone (A.2).</summary>
    public readonly (int Across, int Down) Units(int onlyComponent = -1)
    {
        if (onlyComponent < 0)
        {
            return (Ceiling(Width, BlockPixels * HorizontalBlocks), Ceiling(Height, BlockPixels * VerticalBlocks));
        }

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
