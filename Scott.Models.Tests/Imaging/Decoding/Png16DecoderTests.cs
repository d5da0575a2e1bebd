using System.Runtime.InteropServices;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>PNG files of 16 bits per sample are decoded exactly.</summary>
public sealed class Png16DecoderTests
{
    public static TheoryData<int, bool, int> Kinds =>
    [
        .. from channels in Enumerable.Range(1, 4)
           from isInterlaced in new[] { false, true }
           from filter in Enumerable.Range(-1, 6)
           select (channels, isInterlaced, filter),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Decode_EveryKindAndFilter_GivesTheSamplesWithoutAlpha(int channels, bool isInterlaced, int filter)
    {
        foreach ((int width, int height) in new[] { (1, 1), (2, 9), (37, 23) })
        {
            ushort[] samples = Samples(width * height * channels);
            byte[] file = Png16Files.Write(width, height, channels, samples, isInterlaced, filter);
            SampleImage image = await ImageDecoder.DecodeSamplesAsync(
                ImageSource.FromBytes(file), cancellationToken: TestContext.Current.CancellationToken);
            int colors = channels >= 3 ? 3 : 1;
            ushort[] expected = [.. samples.Chunk(channels).SelectMany(pixel => pixel.Take(colors))];
            Assert.Equal((width, height, colors, SampleFormat.UInt16), (image.Width, image.Height, image.Channels, image.Format));
            Assert.Equal(expected, MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray());
        }
    }

    [Fact]
    public async Task DecodeAsync_ToBytes_KeepsTheHighByte()
    {
        ushort[] samples = Samples(20 * 10 * 3);
        RgbImage image = await ImageDecoder.DecodeAsync(
            ImageSource.FromBytes(Png16Files.Write(20, 10, 3, samples)), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(samples.Select(sample => (byte)(sample >> 8)), image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(2, "2 1 4 3")]
    [InlineData(3, "4 3 2 1")]
    [InlineData(6, "3 1 4 2")]
    [InlineData(8, "2 4 1 3")]
    public async Task Decode_OrientationInMetadata_IsApplied(byte orientation, string expected)
    {
        byte[] exif = [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
        byte[] file = TestImages.WithChunk(Png16Files.Write(2, 2, 1, [1, 2, 3, 4]), "eXIf", exif);
        SampleImage image = await ImageDecoder.DecodeSamplesAsync(
            ImageSource.FromBytes(file), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(expected, string.Join(' ', MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray()));
    }

    [Fact]
    public async Task Decode_CutOff_IsRefusedUnlessAllPixelsAreThere()
    {
        byte[] file = Png16Files.Write(9, 7, 3, Samples(9 * 7 * 3));
        for (int length = 0; length < file.Length - 20; length++)
        {
            ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file[..length]));
            Assert.True(
                error.Fault is ImageFault.Empty or ImageFault.NotAnImage or ImageFault.Header or ImageFault.Truncated, $"{length}: {error.Message}");
        }
    }

    [Fact]
    public async Task Decode_Damaged_SaysWhatIsWrong()
    {
        byte[] file = Png16Files.Write(9, 7, 3, Samples(9 * 7 * 3));
        byte[] checksum = [.. file];
        checksum[60] ^= 1;
        await AssertFaultAsync(checksum, ImageFault.Corrupt, "a checksum is wrong");

        // A header of 100 million pixels, with data for 63.
        byte[] large = Png16Files.Write(10_000, 10_000 / 1000, 1, new ushort[100_000]);
        large[22] = 0x27;
        FixChecksum(large);
        await AssertFaultAsync(large, ImageFault.Truncated, "ends before the last of its 10000×");
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => ImageDecoder.DecodeSamplesAsync(ImageSource.FromBytes(file), new ImageDecodingOptions { MaximumPixels = 62 }));
        Assert.Equal(ImageFault.TooManyPixels, error.Fault);
        await AssertFaultAsync(Png16Files.Write(9, 7, 1, Samples(63), filter: 5), ImageFault.Corrupt, "has filter 5");
    }

    [Fact]
    public async Task Decode_Canceled_Ends()
    {
        byte[] file = Png16Files.Write(9, 7, 3, Samples(9 * 7 * 3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ImageDecoder.DecodeSamplesAsync(ImageSource.FromBytes(file), cancellationToken: new CancellationToken(true)));
        Assert.ThrowsAny<OperationCanceledException>(() => Png16Decoder.Decode(file, "x", new ImageDecodingOptions(), new CancellationToken(true)));
    }

    internal static ushort[] Samples(int count, int seed = 3)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => (ushort)((i * 977) + random.Next(2000)))];
    }

    private static void FixChecksum(byte[] png) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(
            png.AsSpan(29), System.IO.Hashing.Crc32.HashToUInt32(png.AsSpan(12, 17)));

    private static Task<SampleImage> DecodeAsync(byte[] file) =>
        ImageDecoder.DecodeSamplesAsync(ImageSource.FromBytes(file), cancellationToken: TestContext.Current.CancellationToken);

    private static async Task AssertFaultAsync(byte[] file, ImageFault fault, string detail)
    {
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file));
        Assert.Equal(fault, error.Fault);
        Assert.Contains(detail, error.Message, StringComparison.Ordinal);
    }
}
