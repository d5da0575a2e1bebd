using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scott.Models.Imaging;

/// <summary>Resizes images to the same bytes as Pillow: antialiased, first along x into bytes, then along y. Computes only the wanted part.</summary>
/// <remarks>Follows Pillow 9.4, <c>src/libImaging/Resample.c</c>, <c>ImagingResampleInner</c>: a pass that would change nothing is left out.</remarks>
internal static class PillowResampler
{
    /// <summary>Resizes with the fastest kernel that this machine has.</summary>
    /// <param name="source">The image.</param>
    /// <param name="x">What happens along x.</param>
    /// <param name="y">What happens along y.</param>
    /// <returns>The wanted part: <c>x.Count</c> by <c>y.Count</c> pixels. The caller disposes of it.</returns>
    public static PixelBuffer Resize(PixelBuffer source, ResampleAxis x, ResampleAxis y)
    {
        if (Avx2.IsSupported)
        {
            return Resize<Avx2Kernel>(source, x, y);
        }

        return Vector128.IsHardwareAccelerated ? Resize<Vector128Kernel>(source, x, y) : Resize<ScalarKernel>(source, x, y);
    }

    public static PixelBuffer Resize<TKernel>(PixelBuffer source, ResampleAxis x, ResampleAxis y)
        where TKernel : IResampleKernel
    {
        PixelBuffer result = PixelBuffer.Rent(x.Count, y.Count);
        if (x.IsIdentity && y.IsIdentity)
        {
            Crop(source, (int)x.First, (int)y.First, result);
        }
        else if (y.IsIdentity)
        {
            Horizontal<TKernel>(source, (int)y.First, ResampleTableCache.Get(x), result);
        }
        else if (x.IsIdentity)
        {
            Vertical<TKernel>(source, (int)x.First, 0, ResampleTableCache.Get(y), result);
        }
        else
        {
            ResampleTable rows = ResampleTableCache.Get(y);
            using PixelBuffer between = PixelBuffer.Rent(x.Count, rows.EndSource - rows.FirstSource);
            Horizontal<TKernel>(source, rows.FirstSource, ResampleTableCache.Get(x), between);
            Vertical<TKernel>(between, 0, rows.FirstSource, rows, result);
        }

        return result;
    }

    private static void Crop(PixelBuffer source, int left, int top, PixelBuffer result)
    {
        for (int row = 0; row < result.Height; row++)
        {
            source.Row(top + row).Slice(left * PixelBuffer.BytesPerPixel, result.RowBytes).CopyTo(result.Row(row));
        }
    }

    /// <summary>Resizes the rows from <paramref name="top"/> on, as many as the result has.</summary>
    private static unsafe void Horizontal<TKernel>(PixelBuffer source, int top, ResampleTable table, PixelBuffer result)
        where TKernel : IResampleKernel
    {
        fixed (byte* from = source.BytesWithSlack)
        fixed (byte* to = result.BytesWithSlack)
        {
            TKernel.Horizontal(from + ((long)top * source.RowBytes), source.RowBytes, to, result.RowBytes, result.Height, table);
        }
    }

    /// <summary>Resizes the columns from <paramref name="left"/> on, as many as the result has; <paramref name="top"/> is the source row in the first row.</summary>
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
