namespace Scott.Models.Inference;

/// <summary>Arithmetic on several numbers at once, each in its own lane. Every width computes the same bits in each lane.</summary>
/// <typeparam name="TVector">The register: a <c>Vector128</c>, <c>Vector256</c> or <c>Vector512</c> of numbers, or one number.</typeparam>
/// <remarks>
/// The kernels are written once, and the compiler makes one version of each per width. Each result of a kernel is a fixed sequence of these
/// operations, whatever the width, so all processors with fused multiply-add give equal results. A processor without it, or a browser, rounds twice.
/// </remarks>
internal unsafe interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>The numbers in a register.</summary>
    static abstract int Count { get; }
    static abstract TVector Load(float* source);
    static abstract void Store(TVector value, float* destination);
    /// <summary>The same number in all lanes.</summary>
    static abstract TVector All(float value);
    static abstract TVector Add(TVector left, TVector right);
    static abstract TVector Subtract(TVector left, TVector right);
    static abstract TVector Multiply(TVector left, TVector right);
    static abstract TVector Divide(TVector left, TVector right);
    static abstract TVector Max(TVector left, TVector right);
    static abstract TVector Min(TVector left, TVector right);
    /// <summary><c>left·right + addend</c>, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);
    /// <summary>The nearest whole number, half to even.</summary>
    static abstract TVector Round(TVector value);
    static abstract TVector Abs(TVector value);
    /// <summary>The first number's size with the second number's sign.</summary>
    static abstract TVector CopySign(TVector size, TVector sign);
    /// <summary>Two to the power of a whole number from −126 to 127.</summary>
    static abstract TVector PowerOfTwo(TVector exponent);
}
