namespace Scott.Models.Inference;

/// <summary>Numbers, at first 0, at an address that does not move and is a multiple of a cache line. The garbage collector frees them.</summary>
internal sealed unsafe class AlignedFloats
{
    private const int Alignment = 64;

    private readonly float[] _memory;

    public AlignedFloats(long length)
    {
        _memory = GC.AllocateArray<float>(checked((int)length + (Alignment / sizeof(float))), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        Pointer = (float*)((address + Alignment - 1) & ~(nuint)(Alignment - 1));
        Length = (int)length;
    }

    public int Length { get; }

    /// <summary>The first number. Valid while this object is referred to.</summary>
    public float* Pointer { get; }

    public Span<float> Span => new(Pointer, Length);
}
