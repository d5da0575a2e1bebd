namespace Scott.Models.Imaging;

/// <summary>Decodes a page of a TIFF file with LibTiff, exactly, to 1 or 3 channels; alpha is dropped without blending. If another number of channels
/// is asked for, a page of so many is read whole, and pages of one channel become channels.</summary>
/// <remarks>Colors that are multiplied by their alpha are divided by it, as Pillow does when it turns mode RGBa into RGBA.</remarks>
internal static class TiffDecoder
{
    public static SampleImage Decode(
        ReadOnlyMemory<byte> tiff, ImageSource source, ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        string name = source.Name;
        var bytes = TiffBytes.Of(tiff);
        var pages = TiffPages.Find(bytes, name);
        SampleImage Read(TiffPage page, TiffLayout layout) => Decode(bytes, pages, page, layout, name, cancellationToken);

        TiffPage first = pages.Read(bytes, source.Page, name);
        TiffLayout layout = first.Layout(bytes, name, options);
        int count = CountChannelPages(source, pages, layout, options);
        if (count == 1)
            return Read(first, layout);

        if (layout.SampleBytes * count > Array.MaxLength)
        {
            string size = $"{layout.Width}×{layout.Height} pixels of {count} channels";
            throw new ImageFormatException(name, ImageFault.TooManyPixels, $"its {size} are more than memory can hold.");
        }

        var channels = new List<SampleImage> { Read(first, layout) };
        for (int i = 1; i < count; i++)
        {
            TiffPage next = pages.Read(bytes, source.Page + i, name);
            channels.Add(Read(next, next.Layout(bytes, name, options)));
        }

        return ChannelSelection.Join(channels, name);
    }

    /// <summary>How many pages from the chosen one on are channels of one image: one, unless as many channels are asked for.</summary>
    /// <exception cref="ImageFormatException">There are too few pages, or so many that one must be chosen, or a page has several
    /// channels.</exception>
    public static int CountChannelPages(ImageSource source, TiffPages pages, TiffLayout layout, ImageDecodingOptions options)
    {
        int channels = options.Channels;
        if (channels is 1 or ScottArchitecture.RgbChannels || layout.ReadChannels == channels)
            return 1;
        if (layout.ReadChannels != 1)
            throw ChannelSelection.Unlike(source.Name, layout.ReadChannels, channels);

        bool isChosen = source.ChosenPage is not null || pages.Count == channels;
        return isChosen && pages.Count - source.Page >= channels ? channels : throw new ImageFormatException(
            source.Name, ImageFault.WrongChannels,
            $"it has {Plural.Of(pages.Count, "page")} of one channel, and {channels} channels are asked for.",
            advice: pages.Count <= channels ? null : $"Choose the first of {channels} pages in a row with ImageSource.WithPage.");
    }

    private static SampleImage Decode(
        TiffBytes tiff, TiffPages pages, TiffPage page, TiffLayout layout, string name, CancellationToken cancellationToken)
    {
        using var reader = new TiffReader(tiff, pages, page, layout, name);
        byte[] samples = new byte[layout.SampleBytes];
        reader.Read(0, layout.Height, new TiffRows(layout, samples), cancellationToken);
        var image = SampleImage.Wrap(samples, layout.Format, layout.Width, layout.Height, layout.ReadChannels);
        return SampleOrientation.Apply(image, layout.Orientation);
    }
}
