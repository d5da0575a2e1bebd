using System.Buffers.Binary;
using System.IO.Compression;

namespace Scott.Models.Datasets;

/// <summary>
/// The variables of a MATLAB 5 file, of either byte order, compressed or not. Arrays of real numbers are read; others are known by name. After
/// MathWorks' description, "MAT-File Format", chapter 1.
/// </summary>
internal sealed class MatFile
{
    private const int HeaderBytes = 128;
    private const int VersionOffset = 124;
    private const int ByteOrderOffset = 126;
    private const int Version = 0x0100;

    private readonly string _path;
    private readonly Dictionary<string, MatArray> _arrays = new(StringComparer.Ordinal);

    private MatFile(string path) => _path = path;

    /// <exception cref="DatasetFormatException">It is no MATLAB 5 file, or a damaged one.</exception>
    public static async Task<MatFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        var file = new MatFile(path);
        bool isBigEndian = file.ReadHeader(bytes);
        var cursor = new MatCursor(bytes.AsMemory(HeaderBytes), isBigEndian, path);
        while (!cursor.IsAtEnd)
        {
            file.Add(cursor.Next(), isBigEndian);
        }

        return file;
    }

    /// <summary>A variable.</summary>
    /// <exception cref="DatasetFormatException">There is none of that name.</exception>
    public MatArray Get(string name) => _arrays.TryGetValue(name, out MatArray? array)
        ? array
        : throw new DatasetFormatException(
            _path, DatasetFault.MissingVariable, $"it lacks the variable '{name}'; it has {(_arrays.Count > 0 ? string.Join(", ", _arrays.Keys) : "none")}.");

    private bool ReadHeader(byte[] bytes)
    {
        // Version 7.3 begins like version 5 but is HDF5 from byte 512 on.
        if (bytes.AsSpan().StartsWith("MATLAB 7.3"u8))
        {
            throw new DatasetFormatException(_path, DatasetFault.UnsupportedVersion, "it is a MATLAB 7.3 file; expected version 5. Save it with '-v7' or '-v6'.");
        }

        if (bytes.Length < HeaderBytes)
        {
            throw new DatasetFormatException(_path, DatasetFault.Truncated, $"it has {Plural.Of(bytes.Length, "byte")}; expected the {HeaderBytes} of a MATLAB 5 file's header and more.");
        }

        bool isBigEndian = bytes.AsSpan(ByteOrderOffset).StartsWith("MI"u8);
        if (!isBigEndian && !bytes.AsSpan(ByteOrderOffset).StartsWith("IM"u8))
        {
            throw new DatasetFormatException(_path, DatasetFault.WrongMagic, "it has neither MI nor IM at byte 126; expected a MATLAB 5 file. Fetch it again.");
        }

        ReadOnlySpan<byte> version = bytes.AsSpan(VersionOffset);
        int found = isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(version) : BinaryPrimitives.ReadUInt16LittleEndian(version);
        return found == Version
            ? isBigEndian
            : throw new DatasetFormatException(_path, DatasetFault.UnsupportedVersion, $"its version is 0x{found:X4}; expected 0x{Version:X4}, that of MATLAB 5. Save it with '-v7' or '-v6'.");
    }

    private void Add(MatElement element, bool isBigEndian)
    {
        ReadOnlyMemory<byte> matrix = element.Type switch
        {
            MatDataType.Matrix => element.Data,
            MatDataType.Compressed => Unpack(element.Data, isBigEndian),
            _ => throw new DatasetFormatException(_path, DatasetFault.ElementType, $"an element of type {element.Type} stands where a variable should."),
        };
        if (MatMatrix.Read(matrix, isBigEndian, _path) is { } array && !_arrays.TryAdd(array.Name, array))
        {
            throw new DatasetFormatException(_path, DatasetFault.DuplicateVariable, $"it has the variable '{array.Name}' twice.");
        }
    }

    private ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> packed, bool isBigEndian)
    {
        byte[] bytes = FileBytes.Unpack(new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress), _path);
        return new MatCursor(bytes, isBigEndian, _path).Next("what a compressed element holds", MatDataType.Matrix);
    }
}
