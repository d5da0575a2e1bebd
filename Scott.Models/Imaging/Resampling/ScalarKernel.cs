namespace Scott.Models.Imaging;

/// <summary>The passes as the definition reads, for machines without vectors and as what the other kernels are tested against.</summary>
internal readonly struct ScalarKernel : IResampleKernel
{
    private const int Half = 1 << (ResampleTable.FractionBits - 1);

    public static unsafe void Horizontal(byte* source, int sourceStride, byte* destination, int destinationStride, int rows, ResampleTable table)
    {
        for (int row = 0; row < rows; row++)
        {
            byte* from = source + ((long)row * sourceStride);
            byte* to = destination + ((long)row * destinationStride);
            for (int pixel = 0; pixel < table.Count; pixel++)
            {
                byte* first = from + ((long)table.Starts[pixel] * PixelBuffer.BytesPerPixel);
                for (int channel = 0; channel < PixelBuffer.BytesPerPixel; channel++)
                {
                    to[(pixel * PixelBuffer.BytesPerPixel) + channel] = Sum(first + channel, PixelBuffer.BytesPerPixel, table, pixel);
                }
            }
        }
    }

    public static unsafe void Vertical(byte* source, int sourceStride, byte* destination, int rowBytes, ResampleTable table)
    {
        for (int row = 0; row < table.Count; row++)
        {
            byte* first = source + ((long)(table.Starts[row] - table.FirstSource) * sourceStride);
            byte* to = destination + ((long)row * rowBytes);
            for (int i = 0; i < rowBytes; i++)
            {
                to[i] = Sum(first + i, sourceStride, table, row);
            }
        }
    }

    private static unsafe byte Sum(byte* first, int step, ResampleTable table, int pixel)
    {
        int sum = Half;
        for (int tap = 0; tap < table.Counts[pixel]; tap++)
        {
            sum += first[(long)tap * step] * table.Coefficient(pixel, tap);
        }

        return (byte)Math.Clamp(sum >> ResampleTable.FractionBits, byte.MinValue, byte.MaxValue);
    }
}
