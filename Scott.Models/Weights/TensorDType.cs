namespace Scott.Models.Weights;

/// <summary>The element type of a tensor in a weights file. The weights of a model are Float32, Float16 or BFloat16.</summary>
public enum TensorDType
{
    /// <summary>IEEE single precision, 4 bytes.</summary>
    Float32,
    /// <summary>IEEE half precision, 2 bytes.</summary>
    Float16,
    /// <summary>The upper 2 bytes of an IEEE single: 8 bits of exponent, 7 bits of fraction.</summary>
    BFloat16,
    /// <summary>IEEE double precision, 8 bytes.</summary>
    Float64,
    /// <summary>One byte, 0 or 1.</summary>
    Bool,
    /// <summary>Unsigned, 1 byte.</summary>
    UInt8,
    /// <summary>Signed, 1 byte.</summary>
    Int8,
    /// <summary>Unsigned, 2 bytes.</summary>
    UInt16,
    /// <summary>Signed, 2 bytes.</summary>
    Int16,
    /// <summary>Unsigned, 4 bytes.</summary>
    UInt32,
    /// <summary>Signed, 4 bytes.</summary>
    Int32,
    /// <summary>Unsigned, 8 bytes.</summary>
    UInt64,
    /// <summary>Signed, 8 bytes.</summary>
    Int64,
}

/// <summary>Sizes and file names of the element types.</summary>
internal static class TensorDTypes
{
    private static readonly (TensorDType DType, string Name, int Bytes)[] Table =
    [
        (TensorDType.Float32, "F32", 4),
        (TensorDType.Float16, "F16", 2),
        (TensorDType.BFloat16, "BF16", 2),
        (TensorDType.Float64, "F64", 8),
        (TensorDType.Bool, "BOOL", 1),
        (TensorDType.UInt8, "U8", 1),
        (TensorDType.Int8, "I8", 1),
        (TensorDType.UInt16, "U16", 2),
        (TensorDType.Int16, "I16", 2),
        (TensorDType.UInt32, "U32", 4),
        (TensorDType.Int32, "I32", 4),
        (TensorDType.UInt64, "U64", 8),
        (TensorDType.Int64, "I64", 8),
    ];

    public static string Known { get; } = string.Join(", ", Table.Select(row => row.Name));

    public static int ElementBytes(this TensorDType dtype) => Row(dtype).Bytes;

    public static string SafetensorsName(this TensorDType dtype) => Row(dtype).Name;

    public static bool IsModelWeight(this TensorDType dtype) => dtype is TensorDType.Float32 or TensorDType.Float16 or TensorDType.BFloat16;

    public static bool TryParse(string name, out TensorDType dtype)
    {
        int row = Array.FindIndex(Table, row => row.Name == name);
        dtype = row < 0 ? default : Table[row].DType;
        return row >= 0;
    }

    /// <summary>The table is in the order of the enum.</summary>
    private static (TensorDType DType, string Name, int Bytes) Row(TensorDType dtype) =>
        (uint)dtype < (uint)Table.Length ? Table[(int)dtype] : throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not an element type.");
}
