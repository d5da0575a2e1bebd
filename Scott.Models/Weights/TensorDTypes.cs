namespace Scott.Models.Weights;

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
        foreach ((TensorDType candidate, string candidateName, _) in Table)
        {
            if (candidateName == name)
            {
                dtype = candidate;
                return true;
            }
        }

        dtype = default;
        return false;
    }

    private static (TensorDType DType, string Name, int Bytes) Row(TensorDType dtype)
    {
        foreach ((TensorDType DType, string Name, int Bytes) row in Table)
        {
            if (row.DType == dtype)
            {
                return row;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not an element type.");
    }
}
