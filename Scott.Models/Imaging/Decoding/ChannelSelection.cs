namespace Scott.Models.Imaging;

/// <summary>Gives a decoded image the number of channels that is asked for, see <see cref="ImageDecodingOptions.Channels"/>.</summary>
internal static class ChannelSelection
{
    private const int Rgb = ScottArchitecture.RgbChannels;

    /// <summary>What to do with an image of many channels where colors are expected.</summary>
    public const string Advice = "Use a model of as many channels, or save the image in gray or RGB.";

    /// <summary>Wraps samples of a file or an array.</summary>
    /// <exception cref="ImageFormatException">They have another number of channels, which cannot be converted.</exception>
    public static DecodedImage Of(SampleImage samples, string name, int channels)
    {
        if (channels is not (1 or Rgb))
        {
            return samples.Channels == channels
                ? new DecodedImage(samples.WithAllChannels()) { Name = name }
                : throw Unlike(name, samples.Channels, channels);
        }

        if (samples.Channels > 4)
        {
            throw new ImageFormatException(
                name, ImageFault.UnsupportedVariant,
                $"it has {samples.Channels} channels, which is not supported; expected gray or RGB, with or without alpha.", advice: Advice);
        }

        return samples.Format == SampleFormat.UInt8
            ? Of(new DecodedImage(samples.ToHighBytes()), name, channels)
            : new DecodedImage(channels == 1 && samples.ColorChannels == Rgb ? Gray(samples) : samples) { Name = name };
    }

    /// <summary>The samples of a decoded image for an app, which may use them with any model: gray alone if one channel is asked for.</summary>
    public static SampleImage ForApp(SampleImage samples, int channels)
    {
        if (channels != 1 || samples.Channels == 1)
            return samples.Own;

        int bytes = samples.BytesPerSample, step = samples.Channels * bytes;
        byte[] gray = new byte[samples.Width * samples.Height * bytes];
        for (int from = 0, to = 0; to < gray.Length; from += step, to += bytes)
            samples.Bytes.Span.Slice(from, bytes).CopyTo(gray.AsSpan(to));

        return SampleImage.Wrap(gray, samples.Format, samples.Width, samples.Height, 1);
    }

    /// <summary>Takes over an image of 8 bits per channel.</summary>
    /// <exception cref="ImageFormatException">It cannot have so many channels.</exception>
    public static DecodedImage Of(DecodedImage image, string name, int channels)
    {
        if (channels == Rgb)
            return image with { Name = name };

        if (channels == 1)
        {
            ColorAdjustment.Grayscale(image.Pixels);
            return image with { IsGray = true, Name = name };
        }

        image.Dispose();
        throw Unlike(name, Rgb, channels);
    }

    /// <summary>An image of several channels, of as many images of one channel.</summary>
    /// <exception cref="ImageFormatException">They differ in size or type.</exception>
    public static SampleImage Join(IReadOnlyList<SampleImage> pages, string name)
    {
        SampleImage first = pages[0];
        bool IsLikeFirst(SampleImage page) =>
            (page.Width, page.Height, page.Format, page.Channels) == (first.Width, first.Height, first.Format, 1);
        if (pages.FirstOrDefault(page => !IsLikeFirst(page)) is { } odd)
        {
            throw new ImageFormatException(
                name, ImageFault.WrongChannels,
                $"its pages cannot be channels of one image: one has {Describe(first)}, another {Describe(odd)}.");
        }

        if ((long)first.Bytes.Length * pages.Count > Array.MaxLength)
        {
            throw new ImageFormatException(
                name, ImageFault.TooManyPixels, $"its {first.Width}×{first.Height} pixels of {pages.Count} channels are more than memory can hold.");
        }

        int bytes = first.BytesPerSample, step = bytes * pages.Count;
        byte[] joined = new byte[first.Bytes.Length * pages.Count];
        for (int channel = 0; channel < pages.Count; channel++)
        {
            ReadOnlySpan<byte> from = pages[channel].Bytes.Span;
            for (int i = 0, to = channel * bytes; i < from.Length; i += bytes, to += step)
                from.Slice(i, bytes).CopyTo(joined.AsSpan(to, bytes));
        }

        return SampleImage.Wrap(joined, first.Format, first.Width, first.Height, pages.Count);
    }

    public static ImageFormatException Unlike(string name, int found, int expected) => new(
        name, ImageFault.WrongChannels, $"it has {Plural.Of(found, "channel")}, and {expected} are asked for.");

    private static string Describe(SampleImage page) =>
        $"{page.Width}×{page.Height} pixels of {Plural.Of(page.Channels, "channel")} of {page.Format}";

    /// <summary>The gray of ITU-R 601, as in Pillow's mode L but with all bits; integers are rounded.</summary>
    private static SampleImage Gray(SampleImage image)
    {
        byte[] gray = new byte[image.Width * image.Height * image.BytesPerSample];
        for (int y = 0; y < image.Height; y++)
        {
            Span<byte> row = gray.AsSpan(y * image.Width * image.BytesPerSample, image.Width * image.BytesPerSample);
            if (image.Format == SampleFormat.UInt16)
                Mix(image.Row<ushort>(y), image.Channels, MemoryMarshal.Cast<byte, ushort>(row), value => (ushort)Math.Round(value));
            else if (image.Format == SampleFormat.UInt32)
                Mix(image.Row<uint>(y), image.Channels, MemoryMarshal.Cast<byte, uint>(row), value => (uint)Math.Round(value));
            else
                Mix(image.Row<float>(y), image.Channels, MemoryMarshal.Cast<byte, float>(row), value => (float)value);
        }

        return SampleImage.Wrap(gray, image.Format, image.Width, image.Height, 1);
    }

    private static void Mix<T>(ReadOnlySpan<T> colors, int step, Span<T> gray, Func<double, T> convert)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (int x = 0, at = 0; x < gray.Length; x++, at += step)
        {
            gray[x] = convert((0.299 * double.CreateTruncating(colors[at])) + (0.587 * double.CreateTruncating(colors[at + 1]))
                + (0.114 * double.CreateTruncating(colors[at + 2])));
        }
    }
}
