using Scott.Models.Imaging;
using SkiaSharp;

namespace Scott.Models.Tests.Imaging;

public sealed class PixelOrientationTests
{
    public static TheoryData<int> Orientations => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Apply_EveryOrientation_PutsPixelsWhereExifSays(int orientation)
    {
        foreach ((int width, int height) in new[] { (37, 21), (1, 50), (16, 32), (50, 1), (1, 1) })
        {
            RgbImage image = TestImages.Drawn(width, height);
            using PixelBuffer upright = PixelOrientation.Apply(image.ToBuffer(), (SKEncodedOrigin)orientation);
            Assert.Equal(orientation < 5 ? (width, height) : (height, width), (upright.Width, upright.Height));
            ReadOnlySpan<byte> found = RgbImage.FromBuffer(upright).Pixels.Span, stored = image.Pixels.Span;
            for (int i = 0; i < width * height; i++)
            {
                int x = i % upright.Width, y = i / upright.Width, right = width - 1, bottom = height - 1;

                // Where the stored row 0 and column 0 stand in the upright image: top left, top right, bottom right, …, left bottom.
                (int fromX, int fromY) = orientation switch
                {
                    1 => (x, y),
                    2 => (right - x, y),
                    3 => (right - x, bottom - y),
                    4 => (x, bottom - y),
                    5 => (y, x),
                    6 => (y, bottom - x),
                    7 => (right - y, bottom - x),
                    _ => (right - y, x),
                };
                Assert.True(stored.Slice(((fromY * width) + fromX) * 3, 3).SequenceEqual(found.Slice(i * 3, 3)), $"{width}×{height} at {x},{y}");
            }
        }
    }
}
