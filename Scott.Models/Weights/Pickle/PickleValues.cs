namespace Scott.Models.Weights;

// The values a checkpoint's pickle may hold, next to string, long, double, bool, null and List<object?>.

/// <summary>A class or function that a pickle may name. None is ever looked up.</summary>
internal enum AllowedGlobal
{
    OrderedDictionary,
    RebuildTensor,
    RebuildParameter,
    Storage,
}

/// <summary>A whole number too large for 64 bits, as the bytes that the pickle holds.</summary>
internal sealed record PickleBigInteger(byte[] LittleEndianBytes);

/// <summary>A global with, for a storage class, its element type.</summary>
internal sealed record PickleGlobal(AllowedGlobal Kind, TensorDType DType = default);

/// <summary>A tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A dictionary, entries in file order. Keys are not made unique here: whoever reads the values does that.</summary>
internal sealed class PickleDictionary
{
    public List<KeyValuePair<object?, object?>> Entries { get; } = [];
}

/// <summary>The storage that one or several tensors are views of.</summary>
internal sealed record PickleStorage(string Key, TensorDType DType, long ElementCount);

/// <summary>A strided view of a storage; offset and strides count elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
