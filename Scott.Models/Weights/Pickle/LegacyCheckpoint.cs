namespace Scott.Models.Weights;

/// <summary>The format of <c>torch.save</c> before PyTorch 1.6: pickles of a magic number, a protocol number, the machine's byte order and
/// sizes, the value and the keys of the storages, then each storage as a count and its elements.</summary>
internal sealed class LegacyCheckpoint
{
    private const byte ProtocolOpcode = 0x80;
    private const long ProtocolVersion = 1001;

    private readonly string _path;
    private readonly PickleBytes _data;

    private LegacyCheckpoint(string path, byte[] data)
    {
        _path = path;
        _data = new PickleBytes(path, data);
    }

    /// <summary>The number 0x1950a86a20f9469cfc6c that starts every such file.</summary>
    private static ReadOnlySpan<byte> Magic => [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    public static bool Recognizes(ReadOnlySpan<byte> start) => start.Length > 0 && start[0] == ProtocolOpcode;

    public static IReadOnlyList<WeightTensor> Read(string path, FileStream stream, CancellationToken cancellationToken)
    {
        if (stream.Length > Array.MaxLength)
        {
            throw new PyTorchCheckpointException(
                path,
                PyTorchCheckpointFault.UnknownFormat,
                $"it has {Plural.Of(stream.Length, "byte")}; the format before PyTorch 1.6 is read up to {Array.MaxLength}. "
                    + "Save it again with a newer PyTorch.");
        }

        byte[] data = GC.AllocateUninitializedArray<byte>((int)stream.Length);
        stream.ReadExactly(data);
        return new LegacyCheckpoint(path, data).Read(cancellationToken);
    }

    private List<WeightTensor> Read(CancellationToken cancellationToken)
    {
        if (Next() is not PickleBigInteger magic || !magic.LittleEndianBytes.AsSpan().SequenceEqual(Magic) || Next() is not ProtocolVersion)
            throw Fault(PyTorchCheckpointFault.UnknownFormat, "it is a pickle, but not one that torch.save made. Save it again with torch.save.");

        CheckMachine(Next());
        var state = new StateDictionary(_path, _data.Length);
        IReadOnlyList<(string Name, PickleTensor Tensor)> found = state.Flatten(Next());
        Dictionary<string, ReadOnlyMemory<byte>> storages = ReadStorages(found, Next(), cancellationToken);
        var tensors = new List<WeightTensor>(found.Count);
        foreach ((string name, PickleTensor tensor) in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tensors.Add(state.Materialize(name, tensor, storages.TryGetValue(tensor.Storage.Key, out ReadOnlyMemory<byte> bytes)
                ? bytes
                : throw Fault(PyTorchCheckpointFault.Truncated, $"the storage of tensor '{name}' is not in the file.", name)));
        }

        return tensors;
    }

    private object? Next() => new PickleReader(_path, _data, _data.Length).Read();

    private void CheckMachine(object? sizes)
    {
        if (sizes is not PickleDictionary dictionary || !dictionary.Entries.Contains(KeyValuePair.Create<object?, object?>("little_endian", true)))
            throw Fault(PyTorchCheckpointFault.UnknownFormat, "its byte order is not little-endian. Save it on a little-endian machine.");
    }

    private Dictionary<string, ReadOnlyMemory<byte>> ReadStorages(
        IReadOnlyList<(string Name, PickleTensor Tensor)> found, object? keys, CancellationToken cancellationToken)
    {
        var declared = new Dictionary<string, PickleStorage>(StringComparer.Ordinal);
        foreach ((string name, PickleTensor tensor) in found)
        {
            if (!declared.TryAdd(tensor.Storage.Key, tensor.Storage) && declared[tensor.Storage.Key] != tensor.Storage)
                throw Fault(PyTorchCheckpointFault.TensorOutOfBounds, $"the storage of tensor '{name}' is described in two ways.", name);
        }

        var storages = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (object? item in keys as List<object?> ?? throw Fault(PyTorchCheckpointFault.MalformedPickle, "its list of storages is missing."))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (item is not string key || !declared.TryGetValue(key, out PickleStorage? storage))
                throw Fault(PyTorchCheckpointFault.MalformedPickle, $"its list of storages names '{item}', which no tensor uses.");

            storages[key] = ReadStorage(storage);
        }

        return storages;
    }

    private ReadOnlyMemory<byte> ReadStorage(PickleStorage storage)
    {
        int size = storage.DType.ElementBytes();
        int available = _data.Length - _data.Position - sizeof(long);
        long elements = available < 0 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(_data.Take(sizeof(long)));
        if (elements < 0 || elements != storage.ElementCount || elements > available / size)
        {
            throw Fault(
                PyTorchCheckpointFault.Truncated,
                $"storage '{storage.Key}' should have {Plural.Of(storage.ElementCount, "element")}; "
                    + $"the file says {elements} and has {Plural.Of(Math.Max(0, available), "byte")} left.",
                storage.Key);
        }

        return _data.TakeMemory((int)elements * size);
    }

    private PyTorchCheckpointException Fault(PyTorchCheckpointFault fault, string detail, string? name = null) => new(_path, fault, detail, name);
}
