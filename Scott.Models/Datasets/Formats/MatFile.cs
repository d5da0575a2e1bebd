using System.IO.Compression;

namespace Scott.Models.Datasets;

/// <summary>The variables of a MATLAB 5 file, of either byte order, compressed or not. Arrays of real numbers are read; of other variables only the
/// name is. Source: MathWorks, "MAT-File Format", chapter 1.</summary>
internal sealed class MatFile
{
    private const int HeaderBytes = 128;
    private const int VersionOffset = 124;
    private const int ByteOrderOffset = 126;
    private const int Version = 0x0100;
    private const int ComplexFlag = 0x0800;

    /// <summary>The classes of real and integer arrays; cells, structures, objects, text and sparse arrays come before them, functions after
    /// them.</summary>
    private const int FirstNumericClass = 6;
    private const int LastNumericClass = 15;
    /// <summary>An object of MATLAB's newer kind, whose name is stored elsewhere.</summary>
    private const int OpaqueClass = 17;
    /// <summary>For all compressed elements of a file: a thousand times those of the files that are read. The limit stops a small file from filling
    /// all memory, where each byte can become a value of 8 bytes.</summary>
    private const int MaximumUnpackedBytes = 1 << 24;

    private readonly string _path;
    /// <summary>The values of each variable, column by column; <see langword="null"/> if it is not an array of real numbers.</summary>
    private readonly Dictionary<string, double[]?> _variables = new(StringComparer.Ordinal);
    private long _unpackedBytes;

    private MatFile(string path) => _path = path;

    /// <exception cref="DatasetFormatException">The file is not a MATLAB 5 file, or it is damaged.</exception>
    public static async Task<MatFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        var file = new MatFile(path);
        var cursor = new MatCursor(bytes, file.ReadHeader(bytes), path, HeaderBytes);
        while (!cursor.IsAtEnd)
        {
            MatElement element = cursor.Next();
            file.AddVariable(element.Type switch
            {
                MatDataType.Matrix => cursor.Within(element.Data),
                MatDataType.Compressed => file.Unpack(element.Data, cursor),
                _ => throw file.Fault(DatasetFault.ElementType, $"an element of type {element.Type} stands where a variable should."),
            });
        }

        return file;
    }

    /// <summary>A variable's values as whole numbers, column by column.</summary>
    /// <exception cref="DatasetFormatException">There is no such variable, it is of another kind, or a value is not whole or is out of
    /// range.</exception>
    public int[] Integers(string name, int minimum, int maximum, DatasetFault fault)
    {
        if (!_variables.TryGetValue(name, out double[]? values))
        {
            string found = _variables.Count > 0 ? Quoted.Names(_variables.Keys) : "none";
            throw Fault(DatasetFault.MissingVariable, $"it lacks the variable '{name}'; it has {found}.");
        }

        if (values is null)
            throw Fault(DatasetFault.UnsupportedArray, $"its variable '{name}' is not an array of real numbers; expected one.");

        int wrong = Array.FindIndex(values, value => !(value >= minimum && value <= maximum && value == Math.Floor(value)));
        if (wrong >= 0)
        {
            string element = FormattableString.Invariant($"element {wrong + 1} of '{name}' is {values[wrong]}");
            throw Fault(fault, $"{element}; expected a whole number from {minimum} to {maximum}.");
        }

        return Array.ConvertAll(values, value => (int)value);
    }

    /// <summary>Checks the header, and says whether numbers are big-endian.</summary>
    private bool ReadHeader(byte[] bytes)
    {
        // Version 7.3 begins like version 5 but is HDF5 from byte 512 on.
        if (bytes.AsSpan().StartsWith("MATLAB 7.3"u8))
            throw Fault(DatasetFault.UnsupportedVersion, "it is a MATLAB 7.3 file; expected version 5. Save it with '-v7' or '-v6'.");

        if (bytes.Length < HeaderBytes)
        {
            string found = Plural.Of(bytes.Length, "byte");
            throw Fault(DatasetFault.Truncated, $"it has {found}; expected the {HeaderBytes} of a MATLAB 5 file's header and more.");
        }

        bool isBigEndian = bytes.AsSpan(ByteOrderOffset).StartsWith("MI"u8);
        if (!isBigEndian && !bytes.AsSpan(ByteOrderOffset).StartsWith("IM"u8))
            throw Fault(DatasetFault.WrongMagic, "it has neither MI nor IM at byte 126; expected a MATLAB 5 file. Fetch it again.");

        ReadOnlySpan<byte> version = bytes.AsSpan(VersionOffset);
        int number = isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(version) : BinaryPrimitives.ReadUInt16LittleEndian(version);
        return number == Version
            ? isBigEndian
            : throw Fault(
                DatasetFault.UnsupportedVersion,
                $"its version is 0x{number:X4}; expected 0x{Version:X4}, that of MATLAB 5. Save it with '-v7' or '-v6'.");
    }

    /// <summary>Adds the variable that a matrix holds, unless it has no name.</summary>
    private void AddVariable(MatCursor matrix)
    {
        if (matrix.IsAtEnd)
            return;

        ReadOnlyMemory<byte> flags = matrix.Next("a variable's flags", MatDataType.UInt32);
        if (flags.Length != 2 * sizeof(uint))
            throw Fault(DatasetFault.Shape, $"a variable's flags have {Plural.Of(flags.Length, "byte")}; expected 8.");

        int bits = (int)(uint)matrix.Decode(MatDataType.UInt32, flags)[0];
        int kind = bits & 0xff;
        if (kind == OpaqueClass)
            return;

        double[] dimensions = matrix.Decode(MatDataType.Int32, matrix.Next("a variable's dimensions", MatDataType.Int32));
        string name = Encoding.UTF8.GetString(matrix.Next("a variable's name", MatDataType.Int8, MatDataType.UInt8, MatDataType.Utf8).Span);
        bool isReal = kind is >= FirstNumericClass and <= LastNumericClass && (bits & ComplexFlag) == 0;
        if (!_variables.TryAdd(name, isReal ? Values(matrix, dimensions, name) : null))
            throw Fault(DatasetFault.DuplicateVariable, $"it has the variable '{name}' twice.");
    }

    private double[] Values(MatCursor matrix, double[] dimensions, string name)
    {
        string shape = string.Join('×', dimensions);
        if (dimensions.Length < 2 || dimensions.Any(size => size < 0))
            throw Fault(DatasetFault.Shape, $"the dimensions of '{name}' are {shape}; expected two or more, none under 0.");

        double expected = dimensions.Aggregate((product, size) => product * size);
        MatElement element = expected == 0 && matrix.IsAtEnd ? new MatElement(MatDataType.Double, default) : matrix.Next();
        double[] values = matrix.Decode(element.Type, element.Data);
        string found = $"'{name}' has {Plural.Of(values.Length, "value")}";
        return values.Length == expected
            ? values
            : throw Fault(DatasetFault.Shape, $"{found}; expected {expected}, as its dimensions are {shape}.");
    }

    private MatCursor Unpack(ReadOnlyMemory<byte> packed, MatCursor file)
    {
        using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var unpacked = new MemoryStream();
        byte[] block = new byte[1 << 16];
        try
        {
            // .NET's stream does not report data that ends early, but the element inside knows its length.
            for (int read; (read = zlib.Read(block)) > 0; unpacked.Write(block, 0, read))
            {
                _unpackedBytes += read;
                if (_unpackedBytes > MaximumUnpackedBytes)
                    throw Fault(DatasetFault.TooLarge, $"its compressed data unpacks to over {MaximumUnpackedBytes} bytes; expected at most that.");
            }
        }
        catch (InvalidDataException exception)
        {
            throw Fault(DatasetFault.CompressedData, $"its compressed data is damaged: {exception.Message} Fetch it again.", exception);
        }

        return file.Within(file.Within(unpacked.ToArray()).Next("what a compressed element holds", MatDataType.Matrix));
    }

    private DatasetFormatException Fault(DatasetFault fault, string detail, Exception? exception = null) => new(_path, fault, detail, exception);
}
