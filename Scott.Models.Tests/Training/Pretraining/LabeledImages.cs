using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Training;

/// <summary>Noise in two classes that any features tell apart: dark and light.</summary>
internal static class LabeledImages
{
    private const int Side = 40;

    public static ImageList Draw(int from, int count) => ImageList.FromLabeled(Enumerable.Range(from, count).Select(Labeled));

    public static (ImageSource Source, string Label) Labeled(int index)
    {
        bool isDark = index % 2 == 0;
        byte[] pixels = new byte[Side * Side * 3];
        new Random(index).NextBytes(pixels);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((pixels[i] / 4) + (isDark ? 0 : 190));

        return (ImageSource.FromImage(RgbImage.FromPixels(pixels, Side, Side, PixelLayout.Rgb24), $"{index}"), isDark ? "dark" : "light");
    }
}
