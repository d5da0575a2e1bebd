using Scott.Models.Imaging;

namespace Scott.Models.Tests.Inference;

/// <summary>Small images made of formulas, each unlike the others.</summary>
internal static class DrawnImages
{
    public static RgbImage Draw(int index, int width = 90, int height = 70)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int channel, double x, double y) = (i % 3, i / 3 % width, i / 3 / width);
            double phase = ((index % 7) + 1) * ((channel * 0.4) + 1);
            pixels[i] = (byte)(128 + (120 * Math.Sin((x * phase / 23) + (y * (index % 5) / 17) + index)));
        }

        return RgbImage.FromPixels(pixels, width, height, PixelLayout.Rgb24);
    }

    /// <summary>One after the other, without end.</summary>
    public static IEnumerable<ImageSource> Endless()
    {
        for (int i = 0; ; i++)
            yield return ImageSource.FromImage(Draw(i));
    }

    public static string Save(TemporaryFolder folder, int index)
    {
        string path = folder.File($"{index:0000}.png");
        File.WriteAllBytes(path, Draw(index).EncodePng());
        return path;
    }
}
