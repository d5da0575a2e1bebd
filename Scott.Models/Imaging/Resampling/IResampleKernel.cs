namespace Scott.Models.Imaging;

/// <summary>The two passes of a resize on 4-byte pixels. All kernels give the same bytes; they differ in the machine they are for.</summary>
/// <remarks>
/// <para>Each output byte is clip((2²¹ + Σ p·c) ≫ 22) over its taps, p being a source byte and c a coefficient.</para>
/// <para>The sum is exact in 32 bits. An image's weights sum to 1 and the filters' negative parts are small, so that Σ|weight| ≤ 1.5 and
/// |2²¹ + Σ p·c| &lt; 2²¹ + 255·(1.5·2²² + n/2) &lt; 2³¹ for any number n of taps up to four million. Partial sums may wrap, and so may the sums
/// of the high and the low halves of the coefficients: 32-bit addition is exact modulo 2³², which is all that a result within 32 bits needs. The
/// pairs that one 16-bit multiply-add sums up are far from wrapping themselves: 2·255·2¹² and 2·255·2¹¹.</para>
/// <para>Kernels read whole blocks past the end of a row and write them too. Buffers have room for it after the last row, and a row written
/// later puts right what an earlier one spilled into it, so vertical passes go from top to bottom.</para>
/// </remarks>
internal interface IResampleKernel
{
    /// <summary>Resizes rows along x.</summary>
    static abstract unsafe void Horizontal(byte* source, int sourceStride, byte* destination, int destinationStride, int rows, ResampleTable table);

    /// <summary>Resizes along y.</summary>
    static abstract unsafe void Vertical(byte* source, int sourceStride, byte* destination, int rowBytes, ResampleTable table);
}
