using System.Buffers.Binary;
using System.Text;

namespace Scott.Models.Datasets;

/// <summary>Reads one variable of a MATLAB 5 file.</summary>
internal static class MatMatrix
{
    private const int ComplexFlag = 0x0800;

    /// <summary>The classes of real and integer arrays; before them stand cells, structures, objects, text and sparse arrays, after them functions.</summary>
    private const int FirstNumericClass = 6;
    private const int LastNumericClass = 15;

    /// <summary>An object of MATLAB's newer kind, whose name stands elsewhere.</summary>
    private const int OpaqueClass = 17;

    /// <summary>The variable, or <see langword="null"/> for one that has no name to be asked for by.</summary>
    public static MatArray? Read(ReadOnlyMemory<byte> matrix, bool isBigEndian, string path)
    {
        if (matrix.IsEmpty)
        {
            return null;
        }

        var cursor = new MatCursor(matrix, isBigEndian, path);
        ReadOnlySpan<byte> flags = cursor.Next("a variable's flags", MatDataType.UInt32).Span;
        if (flags.Length != 2 * sizeof(uint))
        {
            throw new DatasetFormatException(path, DatasetFault.Shape, $"a variable's flags have {Plural.Of(flags.Length, "byte")}; expected 8.");
        }

        int bits = isBigEndian ? BinaryPrimitives.ReadInt32BigEndian(flags) : BinaryPrimitives.ReadInt32LittleEndian(flags);
        int kind = bits & 0xff;
        if (kind == OpaqueClass)
        {
            return null;
        }

        MatNumbers numbers = new(isBigEndian, path);
        double[] dimensions = numbers.Decode(MatDataType.Int32, cursor.Next("a variable's dimensions", MatDataType.Int32));
        string name = Encoding.UTF8.GetString(cursor.Next("a variable's name", MatDataType.Int8, MatDataType.UInt8, MatDataType.Utf8).Span);
        bool isReal = kind is >= FirstNumericClass and <= LastNumericClass && (bits & ComplexFlag) == 0;
        return new MatArray(path, name, isReal ? Values(cursor, numbers, dimensions, name, path) : null);
    }

    private static double[] Values(MatCursor cursor, MatNumbers numbers, double[] dimensions, string name, string path)
    {
        if (dimensions.Length < 2 || dimensions.Any(size => size < 0))
        {
            throw new DatasetFormatException(path, DatasetFault.Shape, $"the dimensions of '{name}' are {string.Join('×', dimensions)}; expected two or more, none under 0.");
        }

        double expected = dimensions.Aggregate((product, size) => product * size);
        MatElement element = expected == 0 && cursor.IsAtEnd ? new MatElement(MatDataType.Double, default) : cursor.Next();
        double[] values = numbers.Decode(element.Type, element.Data);
        return values.Length == expected
            ? values
            : throw new DatasetFormatException(
                path, DatasetFault.Shape, $"'{name}' has {Plural.Of(values.Length, "value")}; expected {expected}, as its dimensions are {string.Join('×', dimensions)}.");
    }
}
