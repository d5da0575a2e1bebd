using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>The same orientation turns the same image in the same way, whatever the container and however the metadata are written.</summary>
[Collection(AloneTests.Name)]
public sealed class OrientationTests
{
    private const int Width = 48;
    private const int Height = 32;

    public static TheoryData<string, int> Containers
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string container in OrientedFiles.Containers)
            {
                for (int orientation = 1; orientation <= 8; orientation++)
                    data.Add(container, orientation);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public async Task Decode_EveryContainerAndOrientation_TurnsTheImageUpright(string container, int orientation)
    {
        RgbImage stored = await DecodeAsync(OrientedFiles.File(container, Width, Height, []));
        foreach (bool isBigEndian in new[] { false, true })
        {
            byte[] exif = OrientedFiles.Exif(orientation, isBigEndian);
            RgbImage found = await DecodeAsync(OrientedFiles.File(container, Width, Height, exif));
            AssertTurned(stored, found, orientation);
        }
    }

    [Theory]
    [InlineData(3, 2)] // SHORT
    [InlineData(4, 4)] // LONG
    [InlineData(8, 2)] // SSHORT
    [InlineData(9, 4)] // SLONG
    public async Task Decode_EveryIntegerType_Counts(int type, int bytes)
    {
        foreach (bool isBigEndian in new[] { false, true })
        {
            foreach (int count in new[] { 1, 3 })
            {
                byte[] exif = OrientedFiles.Exif(6, isBigEndian, type, bytes, count);
                foreach (string container in new[] { "jpeg", "png", "webp" })
                    Assert.Equal(Height, (await DecodeAsync(OrientedFiles.File(container, Width, Height, exif))).Width);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(0x106)]
    [InlineData(65535)]
    public async Task Decode_OrientationOutsideTheRange_IsIgnored(int orientation)
    {
        foreach (string container in OrientedFiles.Containers)
        {
            byte[] exif = OrientedFiles.Exif(orientation, isBigEndian: true);
            RgbImage stored = await DecodeAsync(OrientedFiles.File(container, Width, Height, []));
            AssertTurned(stored, await DecodeAsync(OrientedFiles.File(container, Width, Height, exif)), orientation: 1);
        }
    }

    [Theory]
    [MemberData(nameof(DamagedExif))]
    public async Task Decode_DamagedExif_DoesNotFailTheImage(string what, byte[] exif)
    {
        foreach (string container in OrientedFiles.Containers)
        {
            RgbImage stored = await DecodeAsync(OrientedFiles.File(container, Width, Height, []));
            RgbImage found = await DecodeAsync(OrientedFiles.File(container, Width, Height, exif));
            Assert.True(found.Pixels.Span.SequenceEqual(stored.Pixels.Span), $"{what} in {container}");
        }
    }

    public static TheoryData<string, byte[]> DamagedExif
    {
        get
        {
            byte[] sound = OrientedFiles.Exif(6, isBigEndian: false);
            byte[] Changed(int at, params byte[] bytes)
            {
                byte[] copy = [.. sound];
                bytes.CopyTo(copy, at);
                return copy;
            }

            return new TheoryData<string, byte[]>
            {
                { "byte order", Changed(0, (byte)'X') },
                { "magic number", Changed(2, 77) },
                { "directory beyond the end", Changed(4, 0xff, 0xff, 0xff, 0xff) },
                { "cut in the header", sound[..7] },
                { "cut in the directory", sound[..9] },
                { "cut in the entry", sound[..14] },
                { "a text type", Changed(12, 2) },
                { "no values", Changed(14, 0, 0, 0, 0) },
                { "values beyond the end", Changed(14, 0xff, 0xff, 0xff, 0xff) },
                { "one byte", [1] },
            };
        }
    }

    [Fact]
    public async Task Decode_EntriesMissingAfterTheOrientation_StillTurns()
    {
        byte[] exif = OrientedFiles.Exif(6, isBigEndian: false);
        exif[8] = 200; // claims 200 entries, has one
        Assert.Equal(Height, (await DecodeAsync(OrientedFiles.File("png", Width, Height, exif))).Width);
    }

    [Theory]
    [MemberData(nameof(XmpForms))]
    public async Task Decode_OrientationInXmpOnly_TurnsTheImage(string xmp)
    {
        foreach (string container in OrientedFiles.XmpContainers)
            Assert.True(Height == (await DecodeAsync(OrientedFiles.WithXmp(container, Width, Height, xmp))).Width, container);
    }

    public static TheoryData<string> XmpForms =>
    [
        "<x:xmpmeta><rdf:Description tiff:Make=\"a\" tiff:Orientation=\"6\"/></x:xmpmeta>",
        "<x:xmpmeta><rdf:Description tiff:Orientation = '6'/></x:xmpmeta>",
        "<x:xmpmeta><rdf:Description><tiff:Orientation>6</tiff:Orientation></rdf:Description></x:xmpmeta>",
    ];

    [Theory]
    [InlineData("tiff:Orientation=\"66\"")]
    [InlineData("tiff:Orientation=\"9\"")]
    [InlineData("tiff:Orientation=6")]
    [InlineData("tiff:OrientationOfSomething=\"6\"")]
    [InlineData("tiff:Orientation=\"6")]
    public async Task Decode_XmpThatMakesNoSense_IsIgnored(string xmp)
    {
        foreach (string container in OrientedFiles.XmpContainers)
            Assert.True(Width == (await DecodeAsync(OrientedFiles.WithXmp(container, Width, Height, xmp))).Width, container);
    }

    [Fact]
    public async Task Decode_ExifAndXmpDiffer_ExifCounts()
    {
        foreach (string container in new[] { "jpeg", "png", "webp" })
        {
            byte[] file = OrientedFiles.WithXmp(container, Width, Height, "tiff:Orientation=\"6\" ", OrientedFiles.Exif(1, isBigEndian: true));
            Assert.True(Width == (await DecodeAsync(file)).Width, container);
        }
    }

    [Fact]
    public async Task Decode_PngExifWithWrongChecksum_IsIgnored()
    {
        byte[] file = OrientedFiles.File("png", Width, Height, OrientedFiles.Exif(6, isBigEndian: true));
        int exif = file.AsSpan().IndexOf("eXIf"u8);
        file[exif - 1 + 4 + 26 + 1] ^= 1;
        Assert.Equal(Width, (await DecodeAsync(file)).Width);
    }

    [Fact]
    public async Task Decode_PngTextThatInflatesWithoutEnd_IsCutOff()
    {
        // 512 MiB of text in half a megabyte of file.
        byte[] file = OrientedFiles.WithTextBomb(Width, Height, 512 << 20);
        long before = GC.GetTotalAllocatedBytes();
        Assert.Equal(Width, (await DecodeAsync(file)).Width);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 16 << 20);
    }

    [Fact]
    public async Task Preprocess_FastDecode_TurnsTheScaledImage()
    {
        for (int orientation = 2; orientation <= 8; orientation++)
        {
            byte[] file = OrientedFiles.File("jpeg", 400, 300, OrientedFiles.Exif(orientation, isBigEndian: true));
            ImageSource source = ImageSource.FromBytes(file);
            var full = new ImagePreprocessor(PreprocessingSpec.ForImage(32));
            var fast = new ImagePreprocessor(PreprocessingSpec.ForImage(32), new ImageDecodingOptions { FastDecode = true });
            byte[] expected = new byte[full.TensorLength], found = new byte[full.TensorLength];
            await full.PreprocessToBytesAsync(source, expected);
            await fast.PreprocessToBytesAsync(source, found);
            Assert.InRange(expected.Zip(found, (a, b) => Math.Abs(a - b)).Average(), 0, 2);
        }
    }

    private static void AssertTurned(RgbImage stored, RgbImage found, int orientation)
    {
        int width = stored.Width, height = stored.Height;
        Assert.Equal(orientation < 5 ? (width, height) : (height, width), (found.Width, found.Height));
        for (int i = 0; i < width * height; i++)
        {
            int x = i % found.Width, y = i / found.Width;
            (int fromX, int fromY) = orientation switch
            {
                1 => (x, y),
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (y, height - 1 - x),
                7 => (width - 1 - y, height - 1 - x),
                _ => (width - 1 - y, x),
            };
            ReadOnlySpan<byte> expected = stored.Pixels.Span.Slice(((fromY * width) + fromX) * 3, 3);
            Assert.True(expected.SequenceEqual(found.Pixels.Span.Slice(i * 3, 3)), $"orientation {orientation} at {x},{y}");
        }
    }

    private static Task<RgbImage> DecodeAsync(byte[] file) => ImageDecoder.DecodeAsync(ImageSource.FromBytes(file));
}
