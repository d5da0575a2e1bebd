using System.Buffers.Binary;

namespace Scott.Models.Datasets;

/// <summary>Goes through the elements of a MATLAB 5 file, or of one of its matrices.</summary>
internal sealed class MatCursor(ReadOnlyMemory<byte> bytes, bool isBigEndian, string path)
{
    private const int TagBytes = 8;
    private const int SmallDataBytes = 4;

    private int _at;

    public bool IsAtEnd => _at == bytes.Length;

    /// <exception cref="DatasetFormatException">The bytes end within the element, or it is of no known type.</exception>
    public MatElement Next()
    {
        Require(TagBytes);
        uint first = UInt32At(_at);

        // An element of 4 bytes or fewer has its length beside its type, and its data in the tag.
        uint smallBytes = first >> 16;
        MatDataType type = Known(smallBytes > 0 ? first & 0xffff : first);
        return smallBytes > 0 ? TakeSmall(type, smallBytes) : Take(type, UInt32At(_at + 4));
    }

    /// <summary>The next element, which must be of one of these types.</summary>
    public ReadOnlyMemory<byte> Next(string what, params ReadOnlySpan<MatDataType> expected)
    {
        MatElement element = Next();
        return expected.Contains(element.Type)
            ? element.Data
            : throw new DatasetFormatException(path, DatasetFault.ElementType, $"{what} is of type {element.Type}; expected {string.Join(" or ", expected.ToArray())}.");
    }

    private MatElement TakeSmall(MatDataType type, uint length)
    {
        if (length > SmallDataBytes)
        {
            throw new DatasetFormatException(path, DatasetFault.ElementType, $"a small element gives its length as {length}; expected 1 to {SmallDataBytes} bytes.");
        }

        var element = new MatElement(type, bytes.Slice(_at + TagBytes - SmallDataBytes, (int)length));
        _at += TagBytes;
        return element;
    }

    private MatElement Take(MatDataType type, uint length)
    {
        Require(TagBytes + (long)length);
        var element = new MatElement(type, bytes.Slice(_at + TagBytes, (int)length));

        // Elements are padded to 8 bytes, but compressed ones are not; some writers leave the last padding out.
        long padding = type == MatDataType.Compressed ? 0 : -(long)length & 7;
        _at = (int)Math.Min(bytes.Length, _at + TagBytes + length + padding);
        return element;
    }

    private MatDataType Known(uint type) => Enum.IsDefined((MatDataType)type)
        ? (MatDataType)type
        : throw new DatasetFormatException(path, DatasetFault.ElementType, $"an element is of type {type}, which MATLAB 5 files do not have.");

    private uint UInt32At(int offset) => isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[offset..])
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[offset..]);

    private void Require(long length)
    {
        if (length > bytes.Length - _at)
        {
            throw new DatasetFormatException(
                path, DatasetFault.Truncated, $"an element of {Plural.Of(length, "byte")} begins where {bytes.Length - _at} are left. The file was not written, or not fetched, to its end.");
        }
    }
}
