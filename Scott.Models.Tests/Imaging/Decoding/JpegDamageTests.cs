using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Damage for which decoders return gray and report success.</summary>
public sealed class JpegDamageTests
{
    private static readonly byte[] End = [0xff, 0xd9];

    public static TheoryData<string> Kinds => ["baseline", "gray", "progressive.jpg", "restart.jpg", "progressive-restart.jpg", "separate-scans.jpg"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_WholeFile_IsAccepted(string kind)
    {
        using DecodedImage image = Decode(File(kind));
        Assert.Equal((83, 61), (image.FullWidth, image.FullHeight));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_WithBytesAfterTheEnd_IsAccepted(string kind) => Decode([.. File(kind), 1, 2, 3, 0xff, 0xd8]).Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ExactWalk_WholeFile_FindsNothing(string kind) => JpegEntropyCheck.Run(File(kind), kind, onlyFirstCoefficients: false);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_CutAnywhere_IsRefused(string kind)
    {
        byte[] file = File(kind);
        for (int length = 1; length < file.Length; length++)
        {
            ImageFormatException error = Assert.Throws<ImageFormatException>(() => Decode(file[..length]));
            Assert.True(length < 700 || error.Fault is ImageFault.Truncated, $"{length}: {error.Message}");
        }
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("gray")]
    [InlineData("restart.jpg")]
    public void Decode_CutWithAnEndGluedOn_IsRefused(string kind)
    {
        // Up to the last unit: what is missing of that one alone leaves no gray behind.
        byte[] file = File(kind);
        int scan = FirstScan(file);
        for (int length = scan; length < file.Length - 60; length++)
            AssertCorrupt([.. file[..length], .. End], length);
    }

    /// <summary>A small file of very many scans would keep a processor busy for minutes.</summary>
    [Theory]
    [InlineData(50, true)]
    [InlineData(5000, false)]
    public void Decode_ScanThatIsRepeated_IsAcceptedUpToALimit(int times, bool isAccepted)
    {
        byte[] file = File("progressive.jpg");
        int scan = FirstScan(file), end = scan + NextMarker(file.AsSpan(scan));
        int header = file.AsSpan(0, scan).LastIndexOf([(byte)0xff, (byte)0xda]);
        byte[] one = file[header..(end - 2)];
        byte[] many = [.. file[..header], .. Enumerable.Repeat(one, times).SelectMany(bytes => bytes), .. file[header..]];
        if (isAccepted)
        {
            Assert.Equal(83, JpegStructure.Read(many, "many scans").Frame.Width);
        }
        else
        {
            ImageFormatException error = Assert.Throws<ImageFormatException>(() => Decode(many));
            Assert.Contains("more than 100 scans", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decode_ProgressiveCutInItsFirstScanWithAnEndGluedOn_IsRefused()
    {
        byte[] file = File("progressive.jpg");
        int scan = FirstScan(file), scanEnd = scan + NextMarker(file.AsSpan(scan));
        for (int length = scan; length < scanEnd - 2; length++)
            AssertCorrupt([.. file[..length], .. End], length);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_TailOfZeros_IsRefused(string kind)
    {
        byte[] file = File(kind);
        for (int kept = FirstScan(file); kept < file.Length - 2; kept += 7)
        {
            byte[] damaged = [.. file[..kept], .. new byte[file.Length - kept]];
            AssertCorrupt(damaged, kept);
        }
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("gray")]
    public void Decode_HoleOfZeros_IsRefused(string kind)
    {
        byte[] file = File(kind);
        for (int start = FirstScan(file); start < file.Length - 600; start += 31)
        {
            byte[] damaged = [.. file];
            damaged.AsSpan(start, 500).Clear();
            AssertCorrupt(damaged, start);
        }
    }

    [Fact]
    public void Decode_IntervalCutShort_IsRefused()
    {
        // All restart markers are there, so only the gray before one of them tells.
        byte[] file = File("restart.jpg");
        int first = FirstScan(file), restart = first + NextMarker(file.AsSpan(first));
        AssertCorrupt([.. file[..(first + 12)], .. file[restart..]], first);
    }

    [Fact]
    public void Decode_RestartMarkerMissing_IsRefused()
    {
        byte[] file = File("restart.jpg");
        int first = FirstScan(file), restart = first + NextMarker(file.AsSpan(first));
        AssertCorrupt([.. file[..restart], .. file[(restart + 2)..]], restart);
    }

    [Fact]
    public void Decode_OneComponentsScanCutShort_IsRefused()
    {
        // The other components still color the place, so it is not gray.
        byte[] file = File("separate-scans.jpg");
        int start = 0;
        for (int scan = 0; scan < 3; scan++)
        {
            start += FirstScan(file[start..]);
            int end = start + NextMarker(file.AsSpan(start));
            AssertCorrupt([.. file[..((start + end) / 2)], .. file[end..]], start);
            start = end;
        }
    }

    [Fact]
    public void Decode_RestartMarkerBehindTheLastUnit_IsAccepted()
    {
        byte[] file = File("restart-even.jpg");
        using DecodedImage expected = Decode(file);
        using DecodedImage found = Decode([.. file[..^2], 0xff, 0xd2, .. End]);
        Assert.Equal(expected.Pixels.Bytes.ToArray(), found.Pixels.Bytes.ToArray());
    }

    [Theory]
    [InlineData(64, 48)]
    [InlineData(83, 61)]
    [InlineData(1, 1)]
    public void Decode_HonestlyGray_IsAccepted(int width, int height)
    {
        using DecodedImage image = Decode(TestImages.Jpeg(TestImages.Uniform(width, height, 128)));
        Assert.Equal(128, image.Pixels.Row(0)[0]);
    }

    private static byte[] File(string kind) => kind switch
    {
        "baseline" => TestImages.Jpeg(TestImages.Drawn(83, 61)),
        "gray" => TestImages.File("gray.jpg"),
        _ => TestImages.File(kind),
    };

    private static void AssertCorrupt(byte[] file, int at)
    {
        ImageFormatException? error = null;
        try
        {
            Decode(file).Dispose();
        }
        catch (ImageFormatException thrown)
        {
            error = thrown;
        }

        Assert.True(error is not null, $"accepted with damage at {at} of {file.Length}");
        Assert.True(error.Fault is ImageFault.Corrupt or ImageFault.Truncated, error.Message);
    }

    private static DecodedImage Decode(byte[] file) => SkiaDecoder.Decode(file, "damaged", new ImageDecodingOptions());

    private static int FirstScan(byte[] file)
    {
        int at = file.AsSpan().IndexOf([(byte)0xff, (byte)0xda]);
        return at + 2 + (file[at + 2] << 8) + file[at + 3];
    }

    private static int NextMarker(ReadOnlySpan<byte> data)
    {
        int at = 0;
        while (data[at] != 0xff || data[at + 1] == 0)
            at++;

        return at;
    }
}
