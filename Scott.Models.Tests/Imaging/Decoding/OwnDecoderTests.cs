using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Decoders of the app: what they are asked, and what becomes of their results and faults.</summary>
public sealed class OwnDecoderTests
{
    private static readonly byte[] File = [.. "MINE"u8, .. new byte[300]];

    [Fact]
    public async Task Decode_RegisteredFormat_ComesFromTheDecoder()
    {
        var decoder = new Decoder(image => SampleImage.FromSamples(new ushort[] { 1, 2, 3, 4, 5, (ushort)image.Page }, 2, 1, 3));
        var options = new ImageDecodingOptions { Decoders = [decoder] };
        using var stream = new MemoryStream(File);
        foreach (ImageSource source in new[] { ImageSource.FromBytes(File), ImageSource.FromStream(stream) })
        {
            SampleImage image = await ImageDecoder.DecodeSamplesAsync(
                source.WithPage(7), options, TestContext.Current.CancellationToken);
            Assert.Equal((2, 1, 3, SampleFormat.UInt16, 7), (image.Width, image.Height, image.Channels, image.Format, image.Bytes.Span[10]));
            Assert.Equal(256, decoder.SeenBytes);
        }

        // Every other file goes to the built-in decoders.
        byte[] png = TestImages.Drawn(4, 4).EncodePng();
        Assert.Equal(4, (await ImageDecoder.DecodeAsync(ImageSource.FromBytes(png), options, TestContext.Current.CancellationToken)).Width);
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeAsync(ImageSource.FromBytes(File)));
        Assert.Equal(ImageFault.NotAnImage, error.Fault);
        Assert.Contains("Decoders = ", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_EightBits_IsTheSameAsAnyOtherImage()
    {
        RgbImage drawn = TestImages.Drawn(40, 30);
        var options = new ImageDecodingOptions { Decoders = [new Decoder(_ => SampleImage.FromSamples(drawn.Pixels.Span, 40, 30, 3))] };
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ForImage(32), options);
        float[] expected = new float[preprocessor.TensorLength], found = new float[preprocessor.TensorLength];
        await preprocessor.PreprocessAsync(ImageSource.FromImage(drawn), expected, TestContext.Current.CancellationToken);
        await preprocessor.PreprocessAsync(ImageSource.FromBytes(File), found, TestContext.Current.CancellationToken);
        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Decode_DecoderFails_IsATypedError()
    {
        ImageFormatException error = await AssertFailsAsync(
            new Decoder(_ => throw new InvalidOperationException("no such profile")), ImageFault.DecoderFailed,
            "the decoder Decoder failed: no such profile");
        Assert.IsType<InvalidOperationException>(error.InnerException);
        await AssertFailsAsync(new Decoder(_ => null!), ImageFault.DecoderFailed, "returned null");
        await AssertFailsAsync(new Decoder(_ => throw new OperationCanceledException()), ImageFault.DecoderFailed, "failed");
        await AssertFailsAsync(
            new Decoder(_ => SampleImage.FromSamples(new byte[11 * 10], 11, 10, 1)), ImageFault.TooManyPixels, "returned 11×10 pixels");
        await AssertFailsAsync(new Decoder(_ => SampleImage.FromSamples(new byte[5], 1, 1, 5)), ImageFault.UnsupportedVariant, "it has 5 channels");
        await AssertFailsAsync(
            new Decoder(_ => null!) { Asked = () => throw new FormatException("signature") }, ImageFault.DecoderFailed, "failed: signature");
    }

    [Fact]
    public async Task Decode_Canceled_Ends()
    {
        using var source = new CancellationTokenSource();
        var decoder = new Decoder(_ =>
        {
            source.Cancel();
            source.Token.ThrowIfCancellationRequested();
            return null!;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ImageDecoder.DecodeAsync(ImageSource.FromBytes(File), new ImageDecodingOptions { Decoders = [decoder] }, source.Token));
    }

    /// <summary>Equal lists of decoders are equal settings, although they are other objects.</summary>
    [Fact]
    public void Options_OfTheSameDecoders_AreEqual()
    {
        var decoder = new Decoder(_ => null!);
        var options = new ImageDecodingOptions { Decoders = [decoder] };
        var same = new ImageDecodingOptions { Decoders = [decoder] };
        Assert.Equal(options, same);
        Assert.Equal(options.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(options, options with { Decoders = [new Decoder(_ => null!)] });
        Assert.NotEqual(options, options with { FastDecode = true });
        Assert.NotEqual(options, options with { Channels = 1 });
    }

    [Fact]
    public void Validate_NullDecoder_IsAFault() =>
        Assert.Throws<ScottConfigurationException>(() => new ImageDecodingOptions { Decoders = [null!] }.Validate());

    private static async Task<ImageFormatException> AssertFailsAsync(Decoder decoder, ImageFault fault, string detail)
    {
        var options = new ImageDecodingOptions { Decoders = [decoder], MaximumPixels = 100 };
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => ImageDecoder.DecodeAsync(ImageSource.FromBytes(File), options));
        Assert.Equal(fault, error.Fault);
        Assert.Contains(detail, error.Message, StringComparison.Ordinal);
        return error;
    }

    private sealed class Decoder(Func<EncodedImage, SampleImage> decode) : IImageDecoder
    {
        public int SeenBytes { get; private set; }
        public Action? Asked { get; init; }

        public bool CanDecode(ReadOnlySpan<byte> start)
        {
            Asked?.Invoke();
            SeenBytes = start.Length;
            return start.StartsWith("MINE"u8);
        }

        public SampleImage Decode(EncodedImage image, CancellationToken cancellationToken) => decode(image);
    }
}
