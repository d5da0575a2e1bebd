namespace Scott.Models.Metrics;

/// <summary>Some rows of an index: their numbers and their keys, with room for more. Rows that a snapshot shows are never changed in place.</summary>
internal sealed class IndexBlock
{
    private readonly int _width;
    /// <summary><see langword="null"/> if the rows belong to a file. Such a block has no room.</summary>
    private readonly byte[]? _own;

    public IndexBlock(int capacity, int width)
    {
        _width = width;
        _own = new byte[capacity * width * sizeof(float)];
        (Bytes, Keys) = (_own, new string[capacity]);
    }

    public IndexBlock(ReadOnlyMemory<byte> bytes, string[] keys, int width) => (Bytes, Keys, _width) = (bytes, keys, width);

    /// <summary>[Capacity, D] numbers, row-major, each row of length 1 or 0.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public string[] Keys { get; }

    public int Capacity => Keys.Length;

    /// <summary>The numbers. Keep the block alive while you use them: they can be mapped from a file.</summary>
    public ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(Bytes.Span);

    public ReadOnlySpan<float> Row(int row) => Values.Slice(row * _width, _width);

    /// <summary>A row that no snapshot shows yet.</summary>
    public Span<float> OwnRow(int row) => MemoryMarshal.Cast<byte, float>(_own.AsSpan()).Slice(row * _width, _width);

    /// <summary>The first rows in a block of its own.</summary>
    public IndexBlock Copy(int rows, int capacity)
    {
        var copy = new IndexBlock(capacity, _width);
        Bytes.Span[..(rows * _width * sizeof(float))].CopyTo(copy._own);
        Keys.AsSpan(0, rows).CopyTo(copy.Keys);
        GC.KeepAlive(this);
        return copy;
    }
}
