namespace Scott.Models.Weights;

/// <summary>Turns the value that a pickle describes into named tensors, given the bytes of each storage.</summary>
internal sealed class StateDictionary(string path, long fileBytes)
{
    private const int MaximumDepth = 32;

    private readonly List<(string Name, PickleTensor Tensor)> _found = [];
    private readonly HashSet<object> _open = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _copiedBytes;
    private long _nameCharacters;
    private long _entries;

    /// <summary>Every tensor in <paramref name="root"/> with its dotted name, in file order.</summary>
    public IReadOnlyList<(string Name, PickleTensor Tensor)> Flatten(object? root)
    {
        if (root is not null)
            VisitNamed(string.Empty, root, 0);

        return _found.Count > 0
            ? _found
            : throw Fault(PyTorchCheckpointFault.NotAStateDict, "it holds no tensors; expected a dictionary of them, as model.state_dict() gives.");
    }

    /// <summary>A tensor with its bytes in row-major order: a slice of its storage if the storage has that order, otherwise a copy.</summary>
    public WeightTensor Materialize(string name, PickleTensor tensor, ReadOnlyMemory<byte> storage)
    {
        long elements = CheckBounds(name, tensor);
        int size = tensor.Storage.DType.ElementBytes();
        if (IsRowMajor(tensor) || elements == 0)
        {
            ReadOnlyMemory<byte> slice = elements == 0
                ? ReadOnlyMemory<byte>.Empty
                : storage.Slice((int)(tensor.Offset * size), (int)(elements * size));
            return new WeightTensor(name, tensor.Storage.DType, tensor.Shape, slice);
        }

        // A view with zero strides may claim far more than the file holds, and many views may copy one storage.
        _copiedBytes = elements <= fileBytes ? _copiedBytes + (elements * size) : long.MaxValue;
        if (_copiedBytes > fileBytes)
        {
            throw Fault(
                PyTorchCheckpointFault.TensorOutOfBounds,
                $"tensor '{name}' repeats its storage to more bytes than the file has ({fileBytes}).", name);
        }

        byte[] copy = GC.AllocateUninitializedArray<byte>((int)(elements * size));
        CopyStrided(tensor, size, storage.Span, copy);
        return new WeightTensor(name, tensor.Storage.DType, tensor.Shape, copy);
    }

    private void Visit(string prefix, object? key, object? value, int depth)
    {
        if (value is PickleTensor or PickleDictionary or List<object?> or PickleTuple { Items.Length: > 0 })
            VisitNamed(Join(prefix, key), value, depth);
    }

    private void VisitNamed(string name, object value, int depth)
    {
        switch (value)
        {
            case PickleTensor tensor when name.Length > 0 && _names.Add(name):
                _found.Add((name, tensor));
                break;
            case PickleTensor:
                throw Fault(
                    PyTorchCheckpointFault.NotAStateDict, name.Length == 0 ? "it holds one tensor without a name." : $"'{name}' occurs twice.", name);
            case PickleDictionary dictionary:
                Enter(name, dictionary, dictionary.Entries.Count, depth);
                foreach ((object? key, object? item) in dictionary.Entries)
                    Visit(name, key, item, depth + 1);

                _open.Remove(dictionary);
                break;
            case List<object?> list:
                Enter(name, list, list.Count, depth);
                VisitAll(name, list, depth);
                _open.Remove(list);
                break;
            case PickleTuple tuple:
                Enter(name, tuple, tuple.Items.Length, depth);
                VisitAll(name, tuple.Items, depth);
                _open.Remove(tuple);
                break;
        }
    }

    private void VisitAll(string name, IReadOnlyList<object?> items, int depth)
    {
        for (int i = 0; i < items.Count; i++)
            Visit(name, (long)i, items[i], depth + 1);
    }

    /// <summary>Enters a container. It may occur in several places (the groups of an optimizer share their betas), but not inside itself. All places
    /// together must have no more entries than the file has bytes.</summary>
    private void Enter(string name, object container, int entries, int depth)
    {
        _entries += entries;
        if (depth > MaximumDepth || _entries > fileBytes || !_open.Add(container))
        {
            throw Fault(
                PyTorchCheckpointFault.NotAStateDict,
                $"the container at '{name}' contains itself, is nested over {MaximumDepth} deep, or has no end.", name);
        }
    }

    private string Join(string prefix, object? key)
    {
        string text = key switch
        {
            string name => name,
            long number => number.ToString(CultureInfo.InvariantCulture),
            _ => throw Fault(PyTorchCheckpointFault.NotAStateDict, $"a key under '{prefix}' is neither text nor a whole number."),
        };

        // A long key used again and again could make the names far larger than the file.
        _nameCharacters += prefix.Length + 1 + text.Length;
        if (_nameCharacters > fileBytes)
            throw Fault(PyTorchCheckpointFault.NotAStateDict, $"its names together are longer than the file ({Plural.Of(fileBytes, "byte")}).");

        return prefix.Length == 0 ? text : $"{prefix}.{text}";
    }

    private long CheckBounds(string name, PickleTensor tensor)
    {
        long last = tensor.Offset;
        long elements = 1;
        bool isLegal = tensor.Offset >= 0 && tensor.Shape.Length == tensor.Strides.Length && tensor.Storage.ElementCount >= 0;
        try
        {
            for (int i = 0; isLegal && i < tensor.Shape.Length; i++)
            {
                isLegal = tensor.Shape[i] >= 0 && tensor.Strides[i] >= 0;
                elements = checked(elements * tensor.Shape[i]);
                last = checked(last + (Math.Max(0, tensor.Shape[i] - 1) * tensor.Strides[i]));
            }
        }
        catch (OverflowException)
        {
            isLegal = false;
        }

        if (!isLegal || (elements > 0 && last >= tensor.Storage.ElementCount))
        {
            throw Fault(
                PyTorchCheckpointFault.TensorOutOfBounds,
                $"tensor '{name}', {WeightTensor.Describe(tensor.Shape)} with strides {WeightTensor.Describe(tensor.Strides)} at {tensor.Offset}, "
                    + $"does not fit its storage of {Plural.Of(tensor.Storage.ElementCount, "element")}.",
                name);
        }

        return elements;
    }

    private static bool IsRowMajor(PickleTensor tensor)
    {
        long expected = 1;
        for (int i = tensor.Shape.Length - 1; i >= 0; i--)
        {
            if (tensor.Shape[i] != 1 && tensor.Strides[i] != expected)
                return false;

            expected *= tensor.Shape[i];
        }

        return true;
    }

    private static void CopyStrided(PickleTensor tensor, int size, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        long[] index = new long[tensor.Shape.Length];
        for (int written = 0; written < destination.Length; written += size)
        {
            long element = tensor.Offset;
            for (int i = 0; i < index.Length; i++)
                element += index[i] * tensor.Strides[i];

            source.Slice((int)(element * size), size).CopyTo(destination[written..]);
            for (int i = index.Length - 1; i >= 0 && ++index[i] == tensor.Shape[i]; i--)
                index[i] = 0;
        }
    }

    private PyTorchCheckpointException Fault(PyTorchCheckpointFault fault, string detail, string? name = null) => new(path, fault, detail, name);
}
