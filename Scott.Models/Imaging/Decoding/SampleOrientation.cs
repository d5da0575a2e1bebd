using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Turns samples of any type upright, as <see cref="PixelOrientation"/> turns pixels.</summary>
internal static class SampleOrientation
{
    public static SampleImage Apply(SampleImage image, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
            return image;

        (bool transposes, bool isRightFirst, bool isBottomFirst) =
            (PixelOrientation.Transposes(origin), PixelOrientation.IsRightFirst(origin), PixelOrientation.IsBottomFirst(origin));
        (int width, int height) = transposes ? (image.Height, image.Width) : (image.Width, image.Height);
        int bytes = image.Channels * image.BytesPerSample;
        ReadOnlySpan<byte> from = image.Bytes.Span;
        byte[] turned = new byte[from.Length];
        for (int y = 0, to = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, to += bytes)
            {
                (int column, int row) = transposes ? (y, x) : (x, y);
                column = isRightFirst ? image.Width - 1 - column : column;
                row = isBottomFirst ? image.Height - 1 - row : row;
                from.Slice(((row * image.Width) + column) * bytes, bytes).CopyTo(turned.AsSpan(to, bytes));
            }
        }

        return SampleImage.Wrap(turned, image.Format, width, height, image.Channels);
    }
}
