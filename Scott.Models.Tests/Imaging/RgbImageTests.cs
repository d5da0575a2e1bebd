using System.Globalization;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

public sealed class RgbImageTests
{
    /// <summary>The shared pool once kept a buffer of a very large image for each thread.</summary>
    [Fact]
    public void PixelBuffer_AboveTheLimit_IsNotPooled()
    {
        byte[] large = PixelBuffer.RentBytes(PixelBuffer.MaximumPooledBytes + 1);
        PixelBuffer.ReturnBytes(large);
        Assert.NotSame(large, PixelBuffer.RentBytes(PixelBuffer.MaximumPooledBytes + 1));
        byte[] small = PixelBuffer.RentBytes(1 << 20);
        PixelBuffer.ReturnBytes(small);
        Assert.Same(small, PixelBuffer.RentBytes(1 << 20));
    }

    [Theory]
    [InlineData(PixelLayout.Rgb24, new byte[] { 1, 2, 3 })]
    [InlineData(PixelLayout.Bgr24, new byte[] { 3, 2, 1 })]
    [InlineData(PixelLayout.Rgba32, new byte[] { 1, 2, 3, 99 })]
    [InlineData(PixelLayout.Bgra32, new byte[] { 3, 2, 1, 99 })]
    [InlineData(PixelLayout.Gray8, new byte[] { 5 })]
    public void FromPixels_EveryLayout_GivesRedGreenBlue(PixelLayout layout, byte[] pixel)
    {
        byte[] expected = layout == PixelLayout.Gray8 ? [5, 5, 5] : [1, 2, 3];
        for (int width = 1; width < 40; width++)
        {
            byte[] row = [.. Enumerable.Repeat(pixel, width).SelectMany(bytes => bytes)];
            byte[] padded = [.. row, 77, 77, .. row];
            byte[] wanted = [.. Enumerable.Repeat(expected, 2 * width).SelectMany(bytes => bytes)];
            Assert.Equal(wanted, RgbImage.FromPixels([.. row, .. row], width, 2, layout).Pixels.ToArray());
            Assert.Equal(wanted, RgbImage.FromPixels(padded, width, 2, layout, row.Length + 2).Pixels.ToArray());
        }
    }

    [Fact]
    public void FromPixels_WrongLengths_NameTheNumbers()
    {
        Assert.Contains("2×2 pixels of Rgb24 take 12 bytes; 11 were given", Error(
            () => RgbImage.FromPixels(new byte[11], 2, 2, PixelLayout.Rgb24)), StringComparison.Ordinal);
        Assert.Contains(
            "takes 6 bytes; the stride is 5", Error(() => RgbImage.FromPixels(new byte[12], 2, 2, PixelLayout.Rgb24, 5)), StringComparison.Ordinal);
        Assert.Contains(
            "at least 14 bytes; 13 were given", Error(() => RgbImage.FromPixels(new byte[13], 2, 2, PixelLayout.Rgb24, 8)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => RgbImage.FromPixels([], 0, 2, PixelLayout.Rgb24));
        Assert.Throws<ArgumentOutOfRangeException>(() => RgbImage.FromPixels(new byte[4], 2, 2, (PixelLayout)9));
    }

    [Fact]
    public void Crop_Part_HasItsPixels()
    {
        RgbImage image = TestImages.Drawn(20, 10);
        RgbImage crop = image.Crop(3, 4, 5, 6);
        Assert.Equal((5, 6), (crop.Width, crop.Height));
        Assert.Equal(image.Pixels.Span.Slice(((9 * 20) + 3) * 3, 15), crop.Pixels.Span[^15..]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(16, 0, 5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(0, 9, 1, 2));
    }

    [Fact]
    public void Resize_BoxOutside_IsRefused()
    {
        RgbImage image = TestImages.Drawn(20, 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(4, 4, Interpolation.Bicubic, -1, 0, 5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(4, 4, Interpolation.Bicubic, 0, 0, 21, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(4, 4, Interpolation.Bicubic, 5, 0, 5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(4, 4, Interpolation.Bicubic, float.NaN, 0, 5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(0, 4, Interpolation.Bicubic));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(4, 4, (Interpolation)7));
    }

    [Fact]
    public void Resize_BoxOutside_SaysNumbersAlikeInEveryCulture()
    {
        RgbImage image = TestImages.Drawn(20, 10);
        CultureInfo before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;
            ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
                () => image.Resize(4, 4, Interpolation.Bicubic, 0.5f, 0, 0.25f, 5));
            Assert.Contains("Expected more than 0.5, at most 20.", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Error(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
