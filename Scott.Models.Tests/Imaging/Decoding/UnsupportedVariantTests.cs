using System.Buffers.Binary;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Sound files of kinds that are not decoded are called that, not damaged.</summary>
public sealed class UnsupportedVariantTests
{
    private const string Convert = "Convert it to a baseline JPEG or to a PNG.";

    [Theory]
    [InlineData(0xc3, 8, "is lossless")]
    [InlineData(0xc3, 16, "is lossless")]
    [InlineData(0xc5, 8, "is hierarchical")]
    [InlineData(0xc6, 8, "is hierarchical")]
    [InlineData(0xc7, 8, "is hierarchical")]
    [InlineData(0xcb, 8, "is lossless and arithmetic-coded")]
    [InlineData(0xcd, 8, "is hierarchical")]
    [InlineData(0xce, 8, "is hierarchical")]
    [InlineData(0xcf, 8, "is hierarchical")]
    [InlineData(0xc0, 12, "has 12 bits per sample")]
    [InlineData(0xc1, 12, "has 12 bits per sample")]
    [InlineData(0xc2, 12, "has 12 bits per sample")]
    [InlineData(0xc9, 12, "has 12 bits per sample")]
    [InlineData(0xca, 12, "has 12 bits per sample")]
    public async Task Decode_JpegOfUnsupportedKind_SaysWhich(byte marker, byte bits, string reason)
    {
        byte[] file = TestImages.Jpeg(TestImages.Drawn(21, 17));
        int frame = file.AsSpan().IndexOf([(byte)0xff, (byte)0xc0]);
        (file[frame + 1], file[frame + 4]) = (marker, bits);
        await AssertRefusedAsync(file, $"its JPEG data {reason}");
    }

    [Fact]
    public async Task Decode_HierarchicalOrJpegLs_SaysSo()
    {
        byte[] file = TestImages.Jpeg(TestImages.Drawn(21, 17));
        await AssertRefusedAsync([.. file[..2], 0xff, 0xff, 0xde, 0, 4, 8, 0, .. file[2..]], "its JPEG data is hierarchical");
        await AssertRefusedAsync([.. file[..2], 0xff, 0xf7, 0, 8, 8, 0, 1, 0, 1, 1, .. file[2..]], "it is a JPEG-LS file");
    }

    [Theory]
    [InlineData(4, 0, 40, "it is a BMP with a JPEG inside")]
    [InlineData(4, 24, 124, "it is a BMP with a JPEG inside")]
    [InlineData(5, 0, 40, "it is a BMP with a PNG inside")]
    [InlineData(5, 32, 108, "it is a BMP with a PNG inside")]
    [InlineData(3, 1, 64, "uses fax coding")]
    [InlineData(12, 8, 40, "its BMP data is coded by method 12")]
    [InlineData(0, 64, 40, "its BMP data has 64 bits per pixel")]
    public async Task Decode_BmpOfUnsupportedKind_SaysWhich(int compression, byte bits, int headerBytes, string reason)
    {
        byte[] file = BmpFiles.Palette(21, 17, 8, headerBytes, 256, 256);
        file[28] = bits;
        if (compression == 4)
            ((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]).CopyTo(file.AsSpan(14 + headerBytes + 1024));

        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(30), compression);
        await AssertRefusedAsync(file, reason);
    }

    [Fact]
    public async Task Decode_ApplesPng_SaysSo()
    {
        byte[] file = TestImages.WithChunk(TestImages.Drawn(21, 17).EncodePng(), "CgBI", [0x50, 0, 0x20, 2], isFirst: true);
        await AssertRefusedAsync(file, "it is a PNG in Apple's own form");
    }

    [Fact]
    public async Task Decode_GitLfsPointer_SaysWhatToRun()
    {
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(Foundation.GitLfsPointerTests.Pointer));
        Assert.Equal(ImageFault.GitLfsPointer, error.Fault);
        Assert.Equal(
            "'image' cannot be decoded: it is a Git LFS pointer; run `git lfs pull` in its repository to fetch the file that it stands for.",
            error.Message);
    }

    private static async Task AssertRefusedAsync(byte[] file, string reason)
    {
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file));
        Assert.Equal(ImageFault.UnsupportedVariant, error.Fault);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("which is not supported", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(Convert, error.Message, StringComparison.Ordinal);
    }

    private static Task<RgbImage> DecodeAsync(byte[] file) => ImageDecoder.DecodeAsync(ImageSource.FromBytes(file));
}
