using Scott.Models.Imaging;
using SkiaSharp;

namespace Scott.Models.Benchmarks;

/// <summary>The same image as people and programs pass it on: compressed, resized, cropped, mirrored, recolored.</summary>
internal static class ImageVariants
{
    public static IReadOnlyList<(string Name, Func<RgbImage, ImageSource> Make)> All { get; } =
    [
        .. new[] { 95, 75, 50, 30 }.Select(quality => Kind($"JPEG quality {quality}", image => Jpeg(image, quality))),
        .. new[] { 25, 50, 200 }.Select(percent => Resized(percent, Interpolation.Bicubic)),
        .. new[] { 25, 50, 200 }.Select(percent => Resized(percent, Interpolation.Bilinear)),
        .. new[] { 5, 10, 15 }.Select(percent => Kind($"{percent} % cropped", image => ImageSource.FromImage(Crop(image, percent)))),
        Kind("mirrored", image => ImageSource.FromImage(Mirror(image))),
        .. new[] { 80, 120 }.Select(percent => Recolored("brightness", percent, ColorAdjustment.Brightness)),
        .. new[] { 80, 120 }.Select(percent => Recolored("contrast", percent, ColorAdjustment.Contrast)),
        .. new[] { 50, 150 }.Select(percent => Recolored("saturation", percent, ColorAdjustment.Saturation)),
    ];

    private static (string Name, Func<RgbImage, ImageSource> Make) Kind(string name, Func<RgbImage, ImageSource> make) => (name, make);

    private static (string Name, Func<RgbImage, ImageSource> Make) Resized(int percent, Interpolation filter) =>
        Kind($"resized to {percent} %, {filter.ToString().ToLowerInvariant()}", image => ImageSource.FromImage(
            image.Resize(Scaled(image.Width, percent), Scaled(image.Height, percent), filter)));

    private static (string Name, Func<RgbImage, ImageSource> Make) Recolored(string name, int percent, Action<PixelBuffer, float> change) =>
        Kind($"{name} {percent} %", image =>
        {
            using PixelBuffer pixels = image.ToBuffer();
            change(pixels, percent / 100f);
            return ImageSource.FromImage(RgbImage.FromBuffer(pixels));
        });

    private static ImageSource Jpeg(RgbImage image, int quality)
    {
        using SKBitmap bitmap = BenchmarkImages.ToBitmap(image);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        return ImageSource.FromBytes(data.ToArray());
    }

    private static int Scaled(int pixels, int percent) => Math.Max(1, (pixels * percent) / 100);

    /// <summary>Cuts off the share of each side at the left and at the top, so that everything moves.</summary>
    private static RgbImage Crop(RgbImage image, int percent)
    {
        (int left, int top) = (image.Width * percent / 100, image.Height * percent / 100);
        return image.Crop(left, top, image.Width - left, image.Height - top);
    }

    private static RgbImage Mirror(RgbImage image)
    {
        ReadOnlySpan<byte> source = image.Pixels.Span;
        byte[] mirrored = new byte[source.Length];
        for (int pixel = 0; pixel < image.Width * image.Height; pixel++)
        {
            (int row, int column) = (pixel / image.Width, pixel % image.Width);
            source.Slice(3 * pixel, 3).CopyTo(mirrored.AsSpan(3 * ((row * image.Width) + image.Width - 1 - column)));
        }

        return RgbImage.FromPixels(mirrored, image.Width, image.Height, PixelLayout.Rgb24);
    }
}
