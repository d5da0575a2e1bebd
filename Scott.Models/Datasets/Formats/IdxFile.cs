using System.Buffers.Binary;

namespace Scott.Models.Datasets;

/// <summary>
/// A file of the MNIST family: an array of bytes with a header of two zeros, the elements' type, the number of dimensions and the dimensions. After
/// the description at yann.lecun.com/exdb/mnist.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Dimensions">The array's dimensions, none under 1.</param>
/// <param name="Bytes">The whole file, unpacked.</param>
/// <param name="DataOffset">Where the array begins in it.</param>
internal sealed record IdxFile(string Path, int[] Dimensions, byte[] Bytes, int DataOffset)
{
    private const int MagicBytes = 4;
    private const byte UnsignedByte = 0x08;

    public ReadOnlySpan<byte> Data => Bytes.AsSpan(DataOffset);

    /// <exception cref="DatasetFormatException">The file is none of bytes with that many dimensions, or its length is not that of its header.</exception>
    public static async Task<IdxFile> ReadAsync(string path, int rank, CancellationToken cancellationToken)
    {
        byte[] bytes = await FileBytes.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        int offset = MagicBytes + (rank * sizeof(int));
        CheckMagic(path, bytes, rank, offset);
        int[] dimensions = [.. Enumerable.Range(0, rank).Select(i => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(MagicBytes + (i * sizeof(int)))))];
        string shape = string.Join('×', dimensions);
        double expected = dimensions.Aggregate(1.0, (product, size) => product * size);
        if (dimensions[0] == 0)
        {
            throw new DatasetFormatException(path, DatasetFault.NoImages, $"its dimensions are {shape}; expected at least one image.");
        }

        if (dimensions.Any(size => size <= 0) || expected > FileBytes.MaximumBytes)
        {
            throw new DatasetFormatException(path, DatasetFault.Shape, $"its dimensions are {shape}; expected none under 1, and at most {FileBytes.MaximumBytes} bytes in all.");
        }

        return bytes.Length - offset == expected
            ? new IdxFile(path, dimensions, bytes, offset)
            : throw new DatasetFormatException(
                path,
                bytes.Length - offset < expected ? DatasetFault.Truncated : DatasetFault.TrailingBytes,
                $"it has {Plural.Of(bytes.Length - offset, "byte")} after the header; expected {expected}, as its dimensions are {shape}. Fetch it again.");
    }

    private static void CheckMagic(string path, byte[] bytes, int rank, int offset)
    {
        string expected = $"expected 00 00 {UnsignedByte:x2} {rank:x2}, an array of bytes with {Plural.Of(rank, "dimension")}";
        if (bytes.Length < offset)
        {
            throw new DatasetFormatException(path, DatasetFault.Truncated, $"it has {Plural.Of(bytes.Length, "byte")}; {expected}, and a header of {Plural.Of(offset, "byte")}. Fetch it again.");
        }

        DatasetFault? fault = bytes switch
        {
            [0, 0, UnsignedByte, var found, ..] => found == rank ? null : DatasetFault.Shape,
            [0, 0, ..] => DatasetFault.ElementType,
            _ => DatasetFault.WrongMagic,
        };
        if (fault is { } wrong)
        {
            throw new DatasetFormatException(path, wrong, $"it begins with {Convert.ToHexStringLower(bytes.AsSpan(0, MagicBytes))}; {expected}.");
        }
    }
}
