namespace Scott.Models.Weights;

/// <summary>A restricted pickle machine: it builds containers, strings, numbers and descriptions of tensors, and nothing else. Every length is
/// checked against the bytes that are left before it is used.</summary>
/// <remarks>CPython's <c>Lib/pickletools.py</c>: the subset that <c>torch.save</c> writes in protocol 2, and its equivalents in 3 to 5.</remarks>
internal sealed class PickleReader(string path, PickleBytes data, long fileBytes)
{
    private const int MaximumProtocol = 5;

    /// <summary>The memory that objects may take beyond the size of the file. In a real checkpoint the objects are small beside the weights, but a
    /// pickle of empty containers only would take many times its own size.</summary>
    private const long FreeObjectBytes = 16 << 20;
    /// <summary>The approximate bytes of an object, an entry of a list and an entry of the memo.</summary>
    private const int ObjectBytes = 64;
    private const int EntryBytes = 16;
    private const int MemoBytes = 48;

    private static readonly object Mark = new();
    private static readonly object[] SmallNumbers = [.. Enumerable.Range(0, 256).Select(number => (object)(long)number)];

    private readonly List<object?> _stack = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly PickleGlobals _globals = new(path);
    private long _objectBytes;

    public object? Read()
    {
        while (true)
        {
            byte opcode = data.Take(1)[0];
            if (opcode == (byte)'.')
                return Pop();

            if (!TryScalar(opcode) && !TryContainer(opcode) && !TryReference(opcode))
            {
                throw Fault(
                    PyTorchCheckpointFault.UnsupportedOpcode,
                    $"instruction 0x{opcode:x2} at byte {data.Position - 1} is not one that a state dict needs.");
            }
        }
    }

    private bool TryScalar(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'N': Push(null); return true;
            case 0x88: Push(true); return true;
            case 0x89: Push(false); return true;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(data.Take(4))); return true;
            case (byte)'K': Push(SmallNumbers[data.Take(1)[0]]); return true;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(data.Take(2))); return true;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(data.Take(8))); return true;
            case 0x8a: Push(PickleBytes.WholeNumber(data.Take(data.Take(1)[0]))); return true;
            case (byte)'X': Push(data.Text(data.TakeLength(4))); return true;
            case 0x8c: Push(data.Text(data.TakeLength(1))); return true;
            case 0x8d: Push(data.Text(data.TakeLength(8))); return true;
            case (byte)'T': Push(data.Text(data.TakeLength(4))); return true;
            case (byte)'U': Push(data.Text(data.TakeLength(1))); return true;
            default: return false;
        }
    }

    private bool TryContainer(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'(': Push(Mark); return true;
            case (byte)'}': Push(new PickleDictionary()); return true;
            case (byte)']': Push(new List<object?>()); return true;
            case (byte)')': Push(new PickleTuple([])); return true;
            case (byte)'t': Push(new PickleTuple(PopToMark())); return true;
            case 0x85: Push(new PickleTuple(PopMany(1))); return true;
            case 0x86: Push(new PickleTuple(PopMany(2))); return true;
            case 0x87: Push(new PickleTuple(PopMany(3))); return true;
            case (byte)'a': Append(PopMany(1)); return true;
            case (byte)'e': Append(PopToMark()); return true;
            case (byte)'s': SetItems(PopMany(2)); return true;
            case (byte)'u': SetItems(PopToMark()); return true;
            default: return false;
        }
    }

    private bool TryReference(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: CheckProtocol(data.Take(1)[0]); return true;
            case 0x95: data.Take(8); return true; // FRAME: a hint for buffering.
            case (byte)'q': Remember(data.Take(1)[0]); return true;
            case (byte)'r': Remember(BinaryPrimitives.ReadUInt32LittleEndian(data.Take(4))); return true;
            case 0x94: Remember((uint)_memo.Count); return true;
            case (byte)'h': Push(Recall(data.Take(1)[0])); return true;
            case (byte)'j': Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(data.Take(4)))); return true;
            case (byte)'c': Push(_globals.Resolve(data.Line(), data.Line())); return true;
            case 0x93: ResolveFromStack(); return true;
            case (byte)'Q': Push(_globals.Storage(Pop())); return true;
            case (byte)'R': Reduce(); return true;
            case (byte)'b': Build(); return true;
            default: return false;
        }
    }

    private void ResolveFromStack()
    {
        object?[] names = PopMany(2);
        Push(names is [string module, string name]
            ? _globals.Resolve(module, name)
            : throw Malformed("a global's name is not text"));
    }

    private void Reduce()
    {
        object?[] call = PopMany(2);
        Push(call is [PickleGlobal callee, PickleTuple arguments]
            ? _globals.Describe(callee, arguments.Items)
            : throw Malformed("a call has no callee or no arguments"));
    }

    /// <summary>Drops the attributes set on an object. In a state dict they are a version table, without weights.</summary>
    private void Build()
    {
        Pop();
        if (Peek() is not PickleDictionary)
            throw Malformed("attributes are set on something other than a dictionary");
    }

    private void Append(object?[] items)
    {
        if (Peek() is not List<object?> list)
            throw Malformed("an item is appended to something other than a list");

        list.AddRange(items);
    }

    private void SetItems(object?[] keysAndValues)
    {
        if (Peek() is not PickleDictionary dictionary || keysAndValues.Length % 2 != 0)
            throw Malformed("an item is set on something other than a dictionary, or a value is missing");

        for (int i = 0; i < keysAndValues.Length; i += 2)
            dictionary.Entries.Add(KeyValuePair.Create(keysAndValues[i], keysAndValues[i + 1]));
    }

    private void CheckProtocol(byte protocol)
    {
        if (protocol > MaximumProtocol)
            throw Fault(PyTorchCheckpointFault.UnsupportedOpcode, $"its pickle is of protocol {protocol}; up to {MaximumProtocol} are known.");
    }

    private object? Recall(uint index) =>
        _memo.TryGetValue(index, out object? value) ? value : throw Malformed($"memo entry {index} is not set");

    private void Push(object? value)
    {
        Charge(value switch
        {
            string text => ObjectBytes + (2L * text.Length),
            PickleTuple tuple => ObjectBytes + ((long)EntryBytes * tuple.Items.Length),
            PickleTensor tensor => ObjectBytes + (2L * EntryBytes * tensor.Shape.Length),
            long or double or PickleDictionary or List<object?> or PickleStorage or PickleBigInteger => ObjectBytes,
            _ => EntryBytes,
        });
        _stack.Add(value);
    }

    private void Remember(uint index)
    {
        Charge(MemoBytes);
        _memo[index] = Peek();
    }

    private void Charge(long bytes)
    {
        _objectBytes += bytes;
        if (_objectBytes > fileBytes + FreeObjectBytes)
            throw Malformed($"its objects take more than the {fileBytes} bytes of the file, so they do not describe weights");
    }

    private object? Peek() => _stack.Count > 0 && _stack[^1] != Mark ? _stack[^1] : throw Malformed("the stack is empty");

    private object? Pop() => PopMany(1)[0];

    private object?[] PopMany(int count)
    {
        if (_stack.Count < count || _stack.IndexOf(Mark, _stack.Count - count) >= 0)
            throw Malformed("the stack is empty");

        object?[] items = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(Mark);
        if (mark < 0)
            throw Malformed("a mark is missing");

        object?[] items = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private PyTorchCheckpointException Malformed(string detail) =>
        Fault(PyTorchCheckpointFault.MalformedPickle, $"its pickle is malformed at byte {data.Position - 1}: {detail}.");

    private PyTorchCheckpointException Fault(PyTorchCheckpointFault fault, string detail) => new(path, fault, detail);
}
