using System.Runtime.Intrinsics.X86;

namespace Scott.Models.Imaging;

/// <summary>Resizes images to the same bytes as Pillow: antialiased, first along x into bytes, then along y. Computes only what is wanted.</summary>
/// <remarks>Follows Pillow 9.4, <c>src/libImaging/Resample.c</c>, <c>ImagingResampleInner</c>: a pass that would change nothing is skipped.</remarks>
internal static class PillowResampler
{
    /// <summary>Resizes to <c>x.Count</c> × <c>y.Count</c> pixels with the machine's fastest kernel. The caller disposes the result.</summary>
    public static PixelBuffer Resize(PixelBuffer source, ResampleAxis x, ResampleAxis y) =>
        Avx2.IsSupported ? Resize<Avx2Kernel>(source, x, y) : Resize<Vector128Kernel>(source, x, y);

    public static PixelBuffer Resize<TKernel>(PixelBuffer source, ResampleAxis x, ResampleAxis y)
        where TKernel : IResampleKernel
    {
        if (x.IsIdentity && y.IsIdentity)
            return source.Crop((int)x.First, (int)y.First, x.Count, y.Count);

        var result = new PixelBuffer(x.Count, y.Count);
        if (y.IsIdentity)
        {
            Horizontal<TKernel>(source, (int)y.First, ResampleTable.Get(x), result);
        }
        else if (x.IsIdentity)
        {
            Vertical<TKernel>(source, (int)x.First, 0, ResampleTable.Get(y), result);
        }
        else
        {
            ResampleTable rows = ResampleTable.Get(y);
            using var between = new PixelBuffer(x.Count, rows.EndSource - rows.FirstSource);
            Horizontal<TKernel>(source, rows.FirstSource, ResampleTable.Get(x), between);
            Vertical<TKernel>(between, 0, rows.FirstSource, rows, result);
        }

        return result;
    }

    /// <summary>Resizes the rows from <paramref name="top"/> on, as many as the result has.</summary>
    private static unsafe void Horizontal<TKernel>(PixelBuffer source, int top, ResampleTable table, PixelBuffer result)
        where TKernel : IResampleKernel
    {
        fixed (byte* from = source.BytesWithSlack)
        fixed (byte* to = result.BytesWithSlack)
            TKernel.Horizontal(from + ((long)top * source.RowBytes), source.RowBytes, to, result.RowBytes, result.Height, table);
    }

    /// <summary>Resizes the columns from <paramref name="left"/> on, as many as the result has. The source begins with row <c>top</c>.</summary>
    private static unsafe void Vertical<TKernel>(PixelBuffer source, int left, int top, ResampleTable table, PixelBuffer result)
        where TKernel : IResampleKernel
    {
        fixed (byte* from = source.BytesWithSlack)
        fixed (byte* to = result.BytesWithSlack)
        {
            byte* first = from + ((long)(table.FirstSource - top) * source.RowBytes) + ((long)left * PixelBuffer.BytesPerPixel);
            TKernel.Vertical(first, source.RowBytes, to, result.RowBytes, table);
        }
    }
}

/// <summary>The two passes of a resize on 4-byte pixels. All kernels give the same bytes; each is for another kind of processor.</summary>
/// <remarks>
/// <para>Each output byte is clip((2²¹ + Σ p·c) ≫ 22) over its taps, where p is a source byte and c a coefficient.</para>
/// <para>The sum is exact in 32 bits. An image's weights sum to 1 and the filters' negative parts are small, so that Σ|weight| ≤ 1.5 and
/// |2²¹ + Σ p·c| &lt; 2²¹ + 255·(1.5·2²² + n/2) &lt; 2³¹ for any number n of taps up to four million. Partial sums may wrap, and so may the sums
/// of the high and the low halves of the coefficients: 32-bit addition is exact modulo 2³², and the result is within 32 bits. The pairs
/// that one 16-bit multiply-add sums up are too small to wrap: at most 2·255·2¹² and 2·255·2¹¹.</para>
/// <para>Kernels read and write whole blocks, also past the end of a row. Buffers have room for this after the last row. A row that is written
/// later overwrites what an earlier row wrote past its end, so vertical passes go from top to bottom.</para>
/// </remarks>
internal interface IResampleKernel
{
    /// <summary>Resizes rows along x.</summary>
    static abstract unsafe void Horizontal(byte* source, int sourceStride, byte* destination, int destinationStride, int rows, ResampleTable table);

    /// <summary>Resizes along y.</summary>
    static abstract unsafe void Vertical(byte* source, int sourceStride, byte* destination, int rowBytes, ResampleTable table);
}
