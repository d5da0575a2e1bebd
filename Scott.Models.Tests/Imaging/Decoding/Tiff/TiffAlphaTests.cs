using System.Runtime.InteropServices;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Samples beside the colors of a TIFF file: an alpha that the colors are multiplied by, and what belongs to no color.</summary>
public sealed class TiffAlphaTests
{
    private const int Width = 37;
    private const int Height = 23;

    public static TheoryData<int, bool, int> Storage =>
        [.. from channels in new[] { 2, 4 } from isPlanar in new[] { false, true } from tile in new[] { 0, 16 } select (channels, isPlanar, tile)];

    /// <summary>Such colors once came out darker than they are.</summary>
    [Theory]
    [MemberData(nameof(Storage))]
    public async Task Decode_ColorsMultipliedByAlpha_AreDividedAsInPillow(int channels, bool isPlanar, int tile)
    {
        byte[] samples = TiffDecoderTests.Bytes(Width * Height * channels);
        (samples[channels - 1], samples[(2 * channels) - 1]) = (0, 255);
        byte[] expected = [.. samples.Chunk(channels).SelectMany(pixel => pixel[..^1].Select(color => (byte)Divided(color, pixel[^1], 255)))];
        SampleImage image = await DecodeAsync(Recipe(8, channels, isPlanar, tile), samples);
        Assert.Equal(expected, channels == 2 ? image.Bytes.ToArray().Where((_, i) => i % 3 == 0) : image.Bytes.ToArray());
    }

    [Theory]
    [MemberData(nameof(Storage))]
    public async Task Decode_DeepColorsMultipliedByAlpha_AreDividedWithAllBits(int channels, bool isPlanar, int tile)
    {
        ushort[] shorts = Png16DecoderTests.Samples(Width * Height * channels);
        (shorts[channels - 1], shorts[(2 * channels) - 1]) = (0, 65535);
        SampleImage image = await DecodeAsync(Recipe(16, channels, isPlanar, tile), Bytes(shorts));
        Assert.Equal(
            shorts.Chunk(channels).SelectMany(pixel => pixel[..^1].Select(color => (ushort)Divided(color, pixel[^1], 65535))),
            MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray());

        uint[] longs = [.. shorts.Select(value => (value * 65537u) ^ 0x5a5a)];
        image = await DecodeAsync(Recipe(32, channels, isPlanar, tile), Bytes(longs));
        Assert.Equal(
            longs.Chunk(channels).SelectMany(pixel => pixel[..^1].Select(color => (uint)Divided(color, pixel[^1], uint.MaxValue))),
            MemoryMarshal.Cast<byte, uint>(image.Bytes.Span).ToArray());

        float[] floats = [.. shorts.Select(value => value / 65535f)];
        image = await DecodeAsync(Recipe(32, channels, isPlanar, tile) with { IsFloat = true }, Bytes(floats));
        Assert.Equal(
            floats.Chunk(channels).SelectMany(pixel => pixel[..^1].Select(color => pixel[^1] > 0 ? color / pixel[^1] : color)),
            MemoryMarshal.Cast<byte, float>(image.Bytes.Span).ToArray());
    }

    /// <summary>A model that takes the alpha as a channel gets what is stored.</summary>
    [Theory]
    [MemberData(nameof(Storage))]
    public async Task Decode_AlphaAsAChannel_IsNotDividedBy(int channels, bool isPlanar, int tile)
    {
        byte[] samples = TiffDecoderTests.Bytes(Width * Height * channels);
        SampleImage image = await DecodeAsync(Recipe(8, channels, isPlanar, tile), samples, channels);
        Assert.Equal(samples, image.Bytes.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Decode_PaletteWithAlpha_GivesItsColors(bool isPlanar)
    {
        ushort[][] palette = [.. Enumerable.Range(0, 3).Select(
            channel => TiffDecoderTests.Bytes(256, channel).Select(value => (ushort)(value << 8)).ToArray())];
        byte[] samples = TiffDecoderTests.Bytes(Width * Height * 2);
        var recipe = new TiffRecipe(Width, Height) { Channels = 2, IsPlanar = isPlanar, Photometric = "PALETTE", Palette = palette };
        SampleImage image = await DecodeAsync(recipe, samples);
        Assert.Equal(
            samples.Where((_, i) => i % 2 == 0).SelectMany(index => palette.Select(channel => (byte)(channel[index] >> 8))), image.Bytes.ToArray());
    }

    /// <summary>Only the gray of an image whose least number is white is inverted; its alpha once was too.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Decode_MinIsWhiteOfTwoChannels_InvertsTheFirst(bool isPlanar)
    {
        ushort[] samples = Png16DecoderTests.Samples(Width * Height * 2);
        var recipe = new TiffRecipe(Width, Height) { Bits = 16, Channels = 2, IsPlanar = isPlanar, Photometric = "MINISWHITE" };
        SampleImage image = await DecodeAsync(recipe, Bytes(samples), channels: 2);
        Assert.Equal(
            samples.Select((value, i) => i % 2 == 0 ? (ushort)(65535 - value) : value),
            MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray());
    }

    private static TiffRecipe Recipe(int bits, int channels, bool isPlanar, int tile) =>
        new(Width, Height) { Bits = bits, Channels = channels, IsPlanar = isPlanar, Tile = tile, ExtraSample = 1 };

    private static ulong Divided(ulong color, ulong alpha, ulong most) =>
        alpha == 0 || alpha == most ? color : Math.Min(most, color * most / alpha);

    private static byte[] Bytes<T>(T[] samples)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();

    private static Task<SampleImage> DecodeAsync(TiffRecipe recipe, byte[] samples, int channels = 3) =>
        ImageDecoder.DecodeSamplesAsync(ImageSource.FromBytes(TiffFiles.Write(recipe, samples)), new ImageDecodingOptions { Channels = channels });
}
