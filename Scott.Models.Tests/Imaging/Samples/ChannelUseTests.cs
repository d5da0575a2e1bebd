using System.Runtime.InteropServices;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>An image that was decoded for one number of channels is used with every other as if an app had made it from its samples.</summary>
public sealed class ChannelUseTests
{
    private const int Width = 9, Height = 7, MostChannels = 5;

    public static TheoryData<int, SampleFormat> Images =>
        [.. from channels in Enumerable.Range(1, MostChannels) from format in Enum.GetValues<SampleFormat>() select (channels, format)];

    /// <summary>The image once remembered the number: other models gave undefined planes or untyped errors, and so did the conversion.</summary>
    [Theory]
    [MemberData(nameof(Images))]
    public async Task Decode_ForAnyNumberOfChannels_GivesAnImageForEveryOther(int stored, SampleFormat format)
    {
        var source = ImageSource.FromSamples(Image(stored, format));
        int images = 0;
        for (int decoded = 1; decoded <= MostChannels; decoded++)
        {
            if (await DecodeAsync(source, decoded) is not { } image)
                continue;

            images++;
            Assert.True(decoded == 3 || decoded == image.Channels, $"{image.Channels} channels instead of {decoded}");
            SampleImage copy = Copy(image);
            if (image.Channels <= 4)
                Assert.Equal(copy.ToRgbImage().Pixels.ToArray(), image.ToRgbImage().Pixels.ToArray());

            foreach (SampleRange? range in new[] { null, SampleRange.Percentile(2, 98) })
            {
                for (int used = 1; used <= MostChannels; used++)
                    Assert.Equal(await UseAsync(copy, used, range), await UseAsync(image, used, range));
            }
        }

        Assert.InRange(images, 1, MostChannels);
    }

    /// <summary>A model of 2 or 4 channels once got a new image for each epoch, which computed its percentiles again.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void InMemory_ArrayOfTwoOrFourChannels_IsTheSameImageEachTime(int channels)
    {
        var source = ImageSource.FromSamples(Image(channels, SampleFormat.UInt16));
        using DecodedImage first = source.InMemory(channels)!.Value;
        using DecodedImage second = source.InMemory(channels)!.Value;
        SampleImage seen = first.Samples!;
        Assert.Same(seen, second.Samples);
        Assert.Equal((channels, channels - 1), (seen.ColorChannels, source.Samples!.ColorChannels));
        Assert.Same(source.Samples, ImageSource.FromSamples(seen).Samples);
    }

    private static async Task<SampleImage?> DecodeAsync(ImageSource source, int channels)
    {
        try
        {
            return await ImageDecoder.DecodeSamplesAsync(source, new ImageDecodingOptions { Channels = channels });
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }

    /// <summary>What a model of so many channels sees; nothing if it refuses the image.</summary>
    private static async Task<float[]> UseAsync(SampleImage image, int channels, SampleRange? range)
    {
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ForImage(8) with
        {
            SampleRange = range,
            Channels = channels == 3 ? null : ChannelNormalization.Default(channels),
        });
        float[] planes = new float[preprocessor.TensorLength];
        planes.AsSpan().Fill(float.MaxValue); // to see what is not written
        try
        {
            await preprocessor.PreprocessAsync(ImageSource.FromSamples(image), planes);
        }
        catch (ImageFormatException)
        {
            return [];
        }

        Assert.DoesNotContain(float.MaxValue, planes);
        return planes;
    }

    private static SampleImage Image(int channels, SampleFormat format)
    {
        var random = new Random(channels);
        float[] samples = [.. Enumerable.Range(0, Width * Height * channels).Select(_ => random.NextSingle())];
        return format switch
        {
            SampleFormat.UInt8 => SampleImage.FromSamples(samples.Select(value => (byte)(value * 255)).ToArray(), Width, Height, channels),
            SampleFormat.UInt16 => SampleImage.FromSamples(samples.Select(value => (ushort)(value * 65535)).ToArray(), Width, Height, channels),
            SampleFormat.UInt32 => SampleImage.FromSamples(samples.Select(value => (uint)(value * 4e9)).ToArray(), Width, Height, channels),
            _ => SampleImage.FromSamples(samples, Width, Height, channels),
        };
    }

    private static SampleImage Copy(SampleImage image)
    {
        ReadOnlySpan<byte> bytes = image.Bytes.Span;
        (int width, int height, int channels) = (image.Width, image.Height, image.Channels);
        return image.Format switch
        {
            SampleFormat.UInt8 => SampleImage.FromSamples(bytes, width, height, channels),
            SampleFormat.UInt16 => SampleImage.FromSamples(MemoryMarshal.Cast<byte, ushort>(bytes), width, height, channels),
            SampleFormat.UInt32 => SampleImage.FromSamples(MemoryMarshal.Cast<byte, uint>(bytes), width, height, channels),
            _ => SampleImage.FromSamples(MemoryMarshal.Cast<byte, float>(bytes), width, height, channels),
        };
    }
}
