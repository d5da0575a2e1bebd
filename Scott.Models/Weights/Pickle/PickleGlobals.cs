namespace Scott.Models.Weights;

/// <summary>The only classes and functions that a checkpoint may name, and what a call of each means.</summary>
internal sealed class PickleGlobals(string path)
{
    /// <summary>Far more dimensions than a weight has.</summary>
    private const int MaximumRank = 64;

    private static readonly Dictionary<string, PickleGlobal> Allowed = new(StringComparer.Ordinal)
    {
        ["collections OrderedDict"] = new(AllowedGlobal.OrderedDictionary),
        ["torch._utils _rebuild_tensor_v2"] = new(AllowedGlobal.RebuildTensor),
        ["torch._utils _rebuild_parameter"] = new(AllowedGlobal.RebuildParameter),
        ["torch FloatStorage"] = new(AllowedGlobal.Storage, TensorDType.Float32),
        ["torch HalfStorage"] = new(AllowedGlobal.Storage, TensorDType.Float16),
        ["torch BFloat16Storage"] = new(AllowedGlobal.Storage, TensorDType.BFloat16),
        ["torch DoubleStorage"] = new(AllowedGlobal.Storage, TensorDType.Float64),
        ["torch LongStorage"] = new(AllowedGlobal.Storage, TensorDType.Int64),
        ["torch IntStorage"] = new(AllowedGlobal.Storage, TensorDType.Int32),
        ["torch ShortStorage"] = new(AllowedGlobal.Storage, TensorDType.Int16),
        ["torch CharStorage"] = new(AllowedGlobal.Storage, TensorDType.Int8),
        ["torch ByteStorage"] = new(AllowedGlobal.Storage, TensorDType.UInt8),
        ["torch BoolStorage"] = new(AllowedGlobal.Storage, TensorDType.Bool),
    };

    public PickleGlobal Resolve(string module, string name) =>
        Allowed.TryGetValue($"{module} {name}", out PickleGlobal? global)
            ? global
            : throw new PyTorchCheckpointException(
                path,
                PyTorchCheckpointFault.ForbiddenGlobal,
                $"it names {module}.{name}, which is refused: a checkpoint may hold tensors, dictionaries, lists, text and numbers only. "
                    + "Save the state dict alone: torch.save(model.state_dict(), path).",
                $"{module}.{name}");

    /// <summary>Describes the result of a call as data. Nothing is called.</summary>
    public object? Describe(PickleGlobal callee, object?[] arguments) => (callee.Kind, arguments) switch
    {
        (AllowedGlobal.OrderedDictionary, []) => new PickleDictionary(),
        (AllowedGlobal.RebuildTensor, [PickleStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..]) =>
            new PickleTensor(storage, offset, Numbers(shape), Numbers(strides)),
        (AllowedGlobal.RebuildParameter, [PickleTensor tensor, ..]) => tensor,
        _ => throw Malformed($"{callee.Kind} is called with arguments that do not fit it"),
    };

    /// <summary>The storage that a persistent id of <c>torch.save</c> describes: ('storage', class, key, location, elements, …).</summary>
    /// <remarks>The older format has a sixth entry for a storage inside another storage. It is refused: PyTorch no longer writes it.</remarks>
    public PickleStorage Storage(object? persistentId) =>
        persistentId is PickleTuple
        {
            Items: ["storage", PickleGlobal { Kind: AllowedGlobal.Storage } type, string key, string, long elements, .. object?[] part],
        }
        && Array.TrueForAll(part, item => item is null)
            ? new PickleStorage(key, type.DType, elements)
            : throw Malformed("a persistent id does not describe a storage");

    private long[] Numbers(PickleTuple tuple)
    {
        if (tuple.Items.Length > MaximumRank)
            throw Malformed($"a tensor has {Plural.Of(tuple.Items.Length, "dimension")}; at most {MaximumRank} are possible");

        long[] numbers = new long[tuple.Items.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = tuple.Items[i] is long number ? number : throw Malformed("a tensor's size or stride is not a whole number");

        return numbers;
    }

    private PyTorchCheckpointException Malformed(string detail) =>
        new(path, PyTorchCheckpointFault.MalformedPickle, $"its pickle is malformed: {detail}.");
}

// The types of values that a checkpoint's pickle may hold, besides string, long, double, bool, null and List<object?>.

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

/// <summary>A class or function; for a storage class, with its element type.</summary>
internal sealed record PickleGlobal(AllowedGlobal Kind, TensorDType DType = default);

/// <summary>A tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A dictionary, entries in file order. A key can occur twice: the reader of the values checks that.</summary>
internal sealed class PickleDictionary
{
    public List<KeyValuePair<object?, object?>> Entries { get; } = [];
}

/// <summary>The storage that one or several tensors are views of.</summary>
internal sealed record PickleStorage(string Key, TensorDType DType, long ElementCount);

/// <summary>A strided view of a storage; offset and strides count elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
