using System.Diagnostics;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Damaged TIFF and 16-bit PNG files: a typed error or an image, quickly, without much memory, and nothing on the console.</summary>
[Collection(AloneTests.Name)]
public sealed class InputMutationTests
{
    private const int Mutations = 5_000;
    private const long MostBytes = 1L << 28;

    [Fact]
    public void Decode_MutatedTiffs_AreRefusedOrImages()
    {
        byte[][] files = [.. Recipes().SelectMany(recipe => new[] { "w", "wb", "w8" }.Select(mode => Write(recipe, mode)))];
        Assert.InRange(Mutate(files, pages: 2), Mutations / 10, Mutations);
    }

    [Fact]
    public void Decode_MutatedPngs_AreRefusedOrImages()
    {
        byte[][] files =
        [
            .. from channels in Enumerable.Range(1, 4)
               from isInterlaced in new[] { false, true }
               select Png16Files.Write(21, 17, channels, Png16DecoderTests.Samples(21 * 17 * channels), isInterlaced),
        ];
        Assert.InRange(Mutate(files, pages: 1), Mutations / 10, Mutations);
    }

    private static IEnumerable<TiffRecipe> Recipes()
    {
        foreach (string compression in new[] { "NONE", "LZW", "ADOBE_DEFLATE", "PACKBITS" })
        {
            foreach (int tile in new[] { 0, 16 })
            {
                yield return new TiffRecipe(21, 17) { Compression = compression, Tile = tile, Bits = 16, Channels = 3 };
                yield return new TiffRecipe(21, 17) { Compression = compression, Tile = tile, Channels = 4, IsPlanar = true };
            }
        }

        yield return new TiffRecipe(21, 17) { Bits = 32, IsFloat = true, Compression = "LZW" };
        yield return new TiffRecipe(21, 17) { Bits = 1, Compression = "CCITTFAX4", Photometric = "MINISWHITE" };
        yield return new TiffRecipe(21, 17) { Bits = 1, Compression = "CCITTFAX3" };
        yield return new TiffRecipe(32, 32) { Channels = 3, Compression = "JPEG", Photometric = "YCBCR" };
        yield return new TiffRecipe(32, 32) { Channels = 3, Compression = "JPEG", Tile = 16 };
        ushort[] colors = [.. Enumerable.Range(0, 256).Select(i => (ushort)(i * 257))];
        yield return new TiffRecipe(21, 17) { Photometric = "PALETTE", Palette = [colors, colors, colors] };
    }

    private static byte[] Write(TiffRecipe recipe, string mode)
    {
        byte[] samples = TiffDecoderTests.Bytes(recipe.RowBytes * recipe.Height);
        return TiffFiles.Write([(recipe, samples), (recipe, samples)], mode);
    }

    /// <summary>Decodes damaged copies. Returns how many are refused.</summary>
    private static int Mutate(byte[][] files, int pages)
    {
        var random = new Random(71);
        var options = new ImageDecodingOptions { MaximumPixels = 200_000 };
        (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
        using var console = new StringWriter();
        (int refused, TimeSpan longest, long most) = (0, TimeSpan.Zero, 0);
        try
        {
            Console.SetOut(console);
            Console.SetError(console);
            for (int i = 0; i < Mutations; i++)
            {
                byte[] mutated = Mutated(files[i % files.Length], random);
                ImageSource source = ImageSource.FromBytes(mutated).WithPage(random.Next(pages));
                long before = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
                try
                {
                    using DecodedImage first = FormatDecoder.Decode(mutated, source, options, default);
                    using DecodedImage second = FormatDecoder.Decode(mutated, source, options, default);
                    Assert.True(first.ToRgbImage().Pixels.Span.SequenceEqual(second.ToRgbImage().Pixels.Span), $"mutation {i}");
                }
                catch (ImageFormatException)
                {
                    refused++;
                }

                most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
                longest = Stopwatch.GetElapsedTime(started) > longest ? Stopwatch.GetElapsedTime(started) : longest;
            }
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        string limits = $"at most {longest.TotalMilliseconds:F0} ms and {most} bytes";
        TestContext.Current.TestOutputHelper?.WriteLine($"{refused} of {Mutations} refused, {limits}");
        Assert.Empty(console.ToString());
        Assert.InRange(most, 0, MostBytes);
        Assert.InRange(longest, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        return refused;
    }

    private static byte[] Mutated(byte[] file, Random random)
    {
        byte[] copy = [.. file];
        int at = random.Next(3) == 0 ? random.Next(Math.Min(copy.Length, 64)) : random.Next(copy.Length);
        switch (random.Next(6))
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
            case 4:
                // The directories lie behind the pixels.
                at = Math.Max(0, copy.Length - 1 - random.Next(Math.Min(copy.Length, 400)));
                copy[at] = (byte)random.Next(256);
                return copy;
            default:
                copy.AsSpan(at, Math.Min(random.Next(1, 5), copy.Length - at)).Fill(random.Next(2) == 0 ? byte.MaxValue : (byte)0);
                return copy;
        }
    }
}
