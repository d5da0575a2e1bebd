using System.Runtime.Intrinsics.X86;

namespace Scott.Models.Imaging;

/// <summary>Resizes images to the same bytes as Pillow: antialiased, first along x into bytes, then along y. Computes only what is wanted.</summary>
/// <remarks>Follows Pillow 9.4, <c>src/libImaging/Resample.c</c>, <c>ImagingResampleInner</c>: a pass that would change nothing is skipped.</remarks>
internal static class PillowResampler
{
    /// <summary>Resizes to <c>x.Count</c> by <c>y.Count</c> pixels, which the caller disposes of, with the machine's fastest kernel.</summary>
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
