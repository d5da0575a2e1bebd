using System.IO.Compression;
using System.Runtime.InteropServices;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>TIFF files by hand, whose samples are stored as differences (TIFF 6.0, section 14).</summary>
public sealed class TiffPredictorTests
{
    private const int Width = 37;
    private const int Height = 23;
    private const int Predictor = 317;

    /// <summary>The tags whose values are numbers of any size: sizes, offsets and lengths.</summary>
    private static readonly int[] Sizes = [256, 257, 273, 278, 279];

    private static readonly ushort[] Samples = Png16DecoderTests.Samples(Width * Height);

    /// <summary>The differences are those of numbers, whatever their byte order.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Decode_DifferencesOfSixteenBits_InBothByteOrders_GiveTheSamples(bool isBigEndian)
    {
        SampleImage image = await DecodeAsync(Write(isBigEndian, Sizes));
        Assert.Equal(Samples, MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray());
    }

    /// <summary>LibTiff passes over a predictor that is not of the type SHORT, and gave the differences as if they were the samples.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Decode_PredictorOfAnotherType_IsRefused(bool isBigEndian)
    {
        byte[] file = Write(isBigEndian, [.. Sizes, Predictor]);
        var error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file));
        Assert.Equal(ImageFault.Corrupt, error.Fault);
        Assert.Contains("predictor", error.Message, StringComparison.Ordinal);
    }

    /// <summary>An image of one strip.</summary>
    /// <param name="isBigEndian">The byte order.</param>
    /// <param name="longTags">The tags of the type LONG; the others are SHORT, which stands at the start of its field.</param>
    private static byte[] Write(bool isBigEndian, int[] longTags)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int i = 0; i < Samples.Length; i++)
                zlib.Write(Number((ushort)(Samples[i] - (i % Width == 0 ? 0 : Samples[i - 1]))));
        }

        (int Tag, int Value)[] entries =
        [
            (256, Width), (257, Height), (258, 16), (259, 8), (262, 1), (273, 8), (277, 1), (278, Height), (279, (int)data.Length), (Predictor, 2),
        ];
        return
        [
            .. isBigEndian ? "MM"u8 : "II"u8, .. Number(42), .. Long(8 + (int)data.Length), .. data.ToArray(), .. Number((ushort)entries.Length),
            .. entries.SelectMany(Entry), .. Long(0),
        ];

        byte[] Number(ushort value) => isBigEndian ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)];
        byte[] Long(int value) => isBigEndian
            ? [.. Number((ushort)(value >> 16)), .. Number((ushort)value)]
            : [.. Number((ushort)value), .. Number((ushort)(value >> 16))];
        byte[] Entry((int Tag, int Value) entry) => longTags.Contains(entry.Tag)
            ? [.. Number((ushort)entry.Tag), .. Number(4), .. Long(1), .. Long(entry.Value)]
            : [.. Number((ushort)entry.Tag), .. Number(3), .. Long(1), .. Number((ushort)entry.Value), .. Number(0)];
    }

    private static Task<SampleImage> DecodeAsync(byte[] file) =>
        ImageDecoder.DecodeSamplesAsync(ImageSource.FromBytes(file), cancellationToken: TestContext.Current.CancellationToken);
}
