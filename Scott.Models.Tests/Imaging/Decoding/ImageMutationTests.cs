using Scott.Models.Foundation;
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
                byte[] first = Pixels(mutated, options, 0x5a);
                Assert.True(first.AsSpan().SequenceEqual(Pixels(mutated, options, 0xa5)), $"mutation {i}: pixels that the decoder did not write");
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

    private static byte[] Pixels(byte[] file, ImageDecodingOptions options, byte dirt)
    {
        // What the pool hands out next is full of dirt.
        using (var used = new PixelBuffer(21, 17))
            used.BytesWithSlack.Fill(dirt);

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
