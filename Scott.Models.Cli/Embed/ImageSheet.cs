using Scott.Models.Imaging;

namespace Scott.Models.Cli;

/// <summary>Draws pairs of images as a grid on white: image and explanation side by side.</summary>
internal static class ImageSheet
{
    public const int CellPixels = 224;

    private const int GapPixels = 8;
    private const int BytesPerPixel = 3;

    public static RgbImage Draw(IReadOnlyList<(RgbImage Image, RgbImage Explanation)> pairs)
    {
        int columns = (int)Math.Ceiling(Math.Sqrt(pairs.Count));
        int rows = (pairs.Count + columns - 1) / columns;
        int width = (columns * ((2 * CellPixels) + GapPixels)) + GapPixels;
        int height = (rows * (CellPixels + GapPixels)) + GapPixels;
        byte[] pixels = new byte[width * height * BytesPerPixel];
        Array.Fill(pixels, byte.MaxValue);
        for (int i = 0; i < pairs.Count; i++)
        {
            int left = GapPixels + (i % columns * ((2 * CellPixels) + GapPixels));
            int top = GapPixels + (i / columns * (CellPixels + GapPixels));
            Paste(pixels, width, pairs[i].Image, left, top);
            Paste(pixels, width, pairs[i].Explanation, left + CellPixels, top);
        }

        return RgbImage.FromPixels(pixels, width, height, PixelLayout.Rgb24);
    }

    private static void Paste(byte[] sheet, int sheetWidth, RgbImage image, int left, int top)
    {
        ReadOnlySpan<byte> cell = image.Resize(CellPixels, CellPixels, Interpolation.Bicubic).Pixels.Span;
        const int RowBytes = CellPixels * BytesPerPixel;
        for (int y = 0; y < CellPixels; y++)
            cell.Slice(y * RowBytes, RowBytes).CopyTo(sheet.AsSpan((((top + y) * sheetWidth) + left) * BytesPerPixel));
    }
}
