namespace Scott.Models.Imaging;

/// <summary>Puts an image into the middle of a larger frame, whose color is the mean of each channel.</summary>
/// <remarks>See <see cref="ResizeMode.Letterbox"/>.</remarks>
internal static class Letterbox
{
    /// <summary>A frame with pixels in its middle. The caller disposes of both.</summary>
    public static PixelBuffer Frame(PixelBuffer image, PreprocessingSpec spec)
    {
        var frame = new PixelBuffer(spec.ImageWidth, spec.ImageHeight);
        byte[] fill = [.. spec.ChannelMeans.Select(Fill)];
        byte[] pixel = fill.Length == 1 ? [fill[0], fill[0], fill[0], byte.MaxValue] : [fill[0], fill[1], fill[2], byte.MaxValue];
        MemoryMarshal.Cast<byte, uint>(frame.Bytes).Fill(MemoryMarshal.Read<uint>(pixel));
        int left = (frame.Width - image.Width) / 2, top = (frame.Height - image.Height) / 2;
        for (int y = 0; y < image.Height; y++)
            image.Row(y).CopyTo(frame.Row(top + y)[(left * PixelBuffer.BytesPerPixel)..]);

        return frame;
    }

    /// <summary>Spreads the planes of a small image, [C, height, width] in 0 to 1, at the start of the frame's memory over the frame,
    /// [C, H, W].</summary>
    public static void Frame(Span<float> planes, int width, int height, PreprocessingSpec spec)
    {
        float[] image = planes[..(spec.ChannelCount * width * height)].ToArray();
        int left = (spec.ImageWidth - width) / 2, top = (spec.ImageHeight - height) / 2;
        for (int channel = 0; channel < spec.ChannelCount; channel++)
        {
            Span<float> plane = planes.Slice(channel * spec.PlaneLength, spec.PlaneLength);
            plane.Fill(Fill(spec.ChannelMeans[channel]) / (float)byte.MaxValue);
            for (int y = 0; y < height; y++)
                image.AsSpan(((channel * height) + y) * width, width).CopyTo(plane[(((top + y) * spec.ImageWidth) + left)..]);
        }
    }

    /// <summary>A mean as a byte, so that bytes and floats give the same border.</summary>
    private static byte Fill(float mean) => (byte)Math.Clamp(Math.Round(mean * byte.MaxValue), 0, byte.MaxValue);
}
