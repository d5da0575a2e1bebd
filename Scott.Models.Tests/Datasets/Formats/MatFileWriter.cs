using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Scott.Models.Datasets;

namespace Scott.Models.Tests.Datasets;

/// <summary>Writes MATLAB 5 files as MATLAB does: elements of 4 bytes or fewer in the small form, the others padded to 8 bytes.</summary>
internal sealed class MatFileWriter(bool isBigEndian = false, bool isCompressed = false)
{
    public const int UInt8Class = 9;
    public const int CellClass = 1;
    public const int CharClass = 4;
    public const int DoubleClass = 6;

    private readonly List<byte> _file = [];

    public int Version { get; init; } = 0x0100;

    public MatFileWriter Add(string name, int[] values, MatDataType type = MatDataType.UInt16, int[]? dimensions = null) =>
        AddMatrix(Matrix(name, DoubleClass, dimensions ?? [1, values.Length], Element(type, Numbers(type, values))));

    public MatFileWriter AddMatrix(byte[] matrix) =>
        AddElement(isCompressed ? Long(MatDataType.Compressed, Compress(matrix), isPadded: false) : matrix);

    public MatFileWriter AddElement(byte[] element)
    {
        _file.AddRange(element);
        return this;
    }

    public byte[] Matrix(string name, int flags, int[] dimensions, params byte[][] values) => Long(MatDataType.Matrix,
    [
        .. Element(MatDataType.UInt32, Numbers(MatDataType.UInt32, [flags, 0])),
        .. Element(MatDataType.Int32, Numbers(MatDataType.Int32, dimensions)),
        .. Element(MatDataType.Int8, Encoding.ASCII.GetBytes(name)),
        .. values.SelectMany(value => value),
    ]);

    public byte[] Element(MatDataType type, byte[] data) =>
        data.Length is >= 1 and <= 4 ? [.. UInt32((uint)(data.Length << 16) | (uint)type), .. data, .. new byte[4 - data.Length]] : Long(type, data);

    public byte[] Long(MatDataType type, byte[] data, bool isPadded = true) =>
        [.. UInt32((uint)type), .. UInt32((uint)data.Length), .. data, .. new byte[isPadded ? -data.Length & 7 : 0]];

    public byte[] UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        if (isBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);

        return bytes;
    }

    public byte[] Numbers(MatDataType type, int[] values) => [.. values.SelectMany(value => Number(type, value))];

    public byte[] ToArray()
    {
        byte[] header = new byte[128];
        Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, written by a test".PadRight(116)).CopyTo(header, 0);
        (byte high, byte low) = ((byte)(Version >> 8), (byte)Version);
        (header[124], header[125], header[126], header[127]) =
            isBigEndian ? (high, low, (byte)'M', (byte)'I') : (low, high, (byte)'I', (byte)'M');
        return [.. header, .. _file];
    }

    public static byte[] Compress(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal))
            stream.Write(bytes);

        return packed.ToArray();
    }

    private IEnumerable<byte> Number(MatDataType type, int value)
    {
        byte[] bytes = type switch
        {
            MatDataType.Int8 or MatDataType.UInt8 => [(byte)value],
            MatDataType.Int16 or MatDataType.UInt16 => BitConverter.GetBytes((short)value),
            MatDataType.Single => BitConverter.GetBytes((float)value),
            MatDataType.Double => BitConverter.GetBytes((double)value),
            MatDataType.Int64 or MatDataType.UInt64 => BitConverter.GetBytes((long)value),
            _ => BitConverter.GetBytes(value),
        };
        return isBigEndian ? bytes.Reverse() : bytes;
    }
}
