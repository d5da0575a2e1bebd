using System.Numerics.Tensors;

namespace Scott.Models.Imaging;

/// <summary>Blurs an image in place as torchvision does: a sampled Gaussian, borders mirrored, rounded to bytes at the end.</summary>
/// <remarks>torchvision uses one two-dimensional kernel. Blurring one axis after the other gives the same up to the last bit of a float.</remarks>
internal static class GaussianBlur
{
    private const int Stride = PixelBuffer.BytesPerPixel;

    /// <summary>Blurs an image. The kernel is odd, at least 1; sigma is in pixels, over 0. A short side is mirrored as often as needed.</summary>
    public static void Apply(PixelBuffer image, int kernelPixels, double sigma)
    {
        float[] kernel = Kernel(kernelPixels, sigma);
        int rowLength = image.Width * Stride;
        float[] across = ArrayPool<float>.Shared.Rent(rowLength * image.Height);
        float[] padded = ArrayPool<float>.Shared.Rent((image.Width + kernelPixels) * Stride);
        float[] sum = ArrayPool<float>.Shared.Rent(rowLength);
        try
        {
            for (int y = 0; y < image.Height; y++)
                AlongRow(image.Row(y), padded, kernel, across.AsSpan(y * rowLength, rowLength));

            for (int y = 0; y < image.Height; y++)
            {
                Span<float> row = sum.AsSpan(0, rowLength);
                AlongColumns(across, y, image.Height, kernel, row);
                TensorPrimitives.Round<float>(row, row);
                TensorPrimitives.ConvertSaturating<float, byte>(row, image.Row(y));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(across);
            ArrayPool<float>.Shared.Return(padded);
            ArrayPool<float>.Shared.Return(sum);
        }
    }

    /// <summary>Blurs planes of floats, [C, height, width], in place, without rounding.</summary>
    public static void Apply(Span<float> planes, int width, int height, int kernelPixels, double sigma)
    {
        float[] kernel = Kernel(kernelPixels, sigma), across = new float[width * height];
        int half = kernelPixels / 2;
        for (int first = 0; first < planes.Length; first += across.Length)
        {
            Span<float> plane = planes.Slice(first, across.Length);
            for (int i = 0; i < across.Length; i++)
            {
                float sum = 0;
                for (int tap = 0; tap < kernel.Length; tap++)
                    sum += kernel[tap] * plane[i - (i % width) + Mirror((i % width) + tap - half, width)];

                across[i] = sum;
            }

            plane.Clear();
            for (int y = 0; y < height; y++)
            {
                Span<float> row = plane.Slice(y * width, width);
                for (int tap = 0; tap < kernel.Length; tap++)
                    TensorPrimitives.MultiplyAdd(across.AsSpan(Mirror(y + tap - half, height) * width, width), kernel[tap], row, row);

                // The weights sum to 1 only nearly.
                TensorPrimitives.Min(row, 1, row);
            }
        }
    }

    private static float[] Kernel(int pixels, double sigma)
    {
        int half = pixels / 2;
        float[] kernel = [.. Enumerable.Range(-half, pixels).Select(x => (float)Math.Exp(-0.5 * (x / sigma) * (x / sigma)))];
        TensorPrimitives.Divide(kernel, TensorPrimitives.Sum<float>(kernel), kernel);
        return kernel;
    }

    private static void AlongRow(ReadOnlySpan<byte> row, float[] padded, float[] kernel, Span<float> result)
    {
        int width = row.Length / Stride;
        int half = kernel.Length / 2;
        for (int x = -half; x < width + half; x++)
        {
            int from = Mirror(x, width) * Stride;
            int to = (x + half) * Stride;
            for (int channel = 0; channel < Stride; channel++)
                padded[to + channel] = row[from + channel];
        }

        result.Clear();
        for (int tap = 0; tap < kernel.Length; tap++)
            TensorPrimitives.MultiplyAdd(padded.AsSpan(tap * Stride, result.Length), kernel[tap], result, result);
    }

    private static void AlongColumns(float[] rows, int y, int height, float[] kernel, Span<float> result)
    {
        result.Clear();
        for (int tap = 0; tap < kernel.Length; tap++)
        {
            int row = Mirror(y + tap - (kernel.Length / 2), height);
            TensorPrimitives.MultiplyAdd(rows.AsSpan(row * result.Length, result.Length), kernel[tap], result, result);
        }
    }

    /// <summary>The pixel that replaces one beyond the border: mirrored, without repeating the border pixel.</summary>
    private static int Mirror(int at, int length)
    {
        if (length == 1)
            return 0;

        int period = 2 * (length - 1);
        int wrapped = ((at % period) + period) % period;
        return Math.Min(wrapped, period - wrapped);
    }
}
