using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Damaged images: whatever the damage, a typed error or an image, and never another image's bytes.</summary>
public sealed class ImageMutationTests
{
    private const int MutationsPerFile = 1_250;

    public static TheoryData<string> Kinds => ["jpeg", "png", "webp", "bmp", "gif", "progressive.jpg", "restart.jpg", "gray.jpg"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_Mutated_IsRefusedOrDecodesTheSameTwice(string kind)
    {
        byte[] file = Image(kind);
        var random = new Random(53);
        var options = new ImageDecodingOptions { MaximumPixels = 200_000 };
        int refused = 0;
        for (int i = 0; i < MutationsPerFile; i++)
        {
            byte[] mutated = Mutate(file, random);
            try
            {
                // The first time only tells how large the buffers are.
                int length = Pixels(mutated, options).Length;
                Soil(length, 0x5a);
                byte[] first = Pixels(mutated, options);
                Soil(length, 0xa5);
                Assert.True(first.AsSpan().SequenceEqual(Pixels(mutated, options)), $"mutation {i}: pixels that the decoder did not write");
            }
            catch (ImageFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, MutationsPerFile / 10, MutationsPerFile);
    }

    internal static byte[] Image(string kind)
    {
        RgbImage image = TestImages.Drawn(21, 17);
        return kind switch
        {
            "jpeg" => TestImages.Jpeg(image),
            "png" => image.EncodePng(),
            "webp" => TestImages.Webp(image),
            "bmp" => TestImages.Bmp(image),
            "gif" => TestImages.Gif(21, 17, [.. Enumerable.Range(0, 21 * 17).Select(i => (byte)(i * 7))]),
            _ => TestImages.File(kind),
        };
    }

    /// <summary>Fills the buffers that the pool hands out next with dirt: two of each size, up to those of an image of so many RGB bytes.</summary>
    private static void Soil(int length, byte dirt)
    {
        const int Smallest = 16, Slack = 256;
        for (int size = Smallest; size < (4 * length) + Slack; size *= 2)
        {
            byte[][] buffers = [PixelBuffer.RentBytes(size), PixelBuffer.RentBytes(size)];
            foreach (byte[] buffer in buffers)
            {
                buffer.AsSpan().Fill(dirt);
                PixelBuffer.ReturnBytes(buffer);
            }
        }
    }

    private static byte[] Pixels(byte[] file, ImageDecodingOptions options)
    {
        using DecodedImage decoded = SkiaDecoder.Decode(file, "mutated", options);
        return RgbImage.FromBuffer(decoded.Pixels).Pixels.ToArray();
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        byte[] copy = [.. file];
        int At() => random.Next(2) == 0 ? random.Next(copy.Length) : random.Next(Math.Min(copy.Length, 64));
        int at = At();
        switch (random.Next(5))
        {
            case 0:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                random.NextBytes(copy.AsSpan(at, Math.Min(random.Next(1, 9), copy.Length - at)));
                return copy;
            case 2:
                return copy[..at];
            case 3:
                return [.. copy[..at], .. copy[Math.Min(copy.Length, at + random.Next(1, 33))..]];
            default:
                copy.AsSpan(at, Math.Min(random.Next(1, 5), copy.Length - at)).Fill(random.Next(2) == 0 ? byte.MaxValue : (byte)0);
                return copy;
        }
    }
}
