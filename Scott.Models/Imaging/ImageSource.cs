namespace Scott.Models.Imaging;

/// <summary>Where an image comes from: a file, bytes, a stream, or pixels. Thread-safe, except one made from a stream.</summary>
public sealed class ImageSource
{
    internal const string Unnamed = "image";

    private readonly string _name; // without a page
    private Stream? _stream;
    private Func<ImageDecodingOptions, CancellationToken, ValueTask<EncodedBytes>>? _read;

    private ImageSource(string name, int? page = null)
    {
        (_name, ChosenPage) = (name, page);
        Name = page is null ? name : string.Create(CultureInfo.InvariantCulture, $"{name}#page={page}");
    }

    /// <summary>What error messages and results call the image: the file's path, or the name given. If <see cref="WithPage"/> chose a page,
    /// <c>#page=</c> and its number follow, for example <c>scan.tif#page=17</c>.</summary>
    public string Name { get; }

    internal RgbImage? Image { get; private init; } // of a source that needs no decoding
    internal SampleImage? Samples { get; private init; } // the same, of any sample type
    internal bool IsInMemory => Image is not null || Samples is not null;
    internal int Page => ChosenPage ?? 0; // of a file of several pages, from 0
    internal int? ChosenPage { get; }
    internal string? FilePath { get; private init; } // of a source that is a file, which may be empty
    internal bool IsFile => FilePath is not null;
    internal bool IsStream { get; private init; } // can be read once
    internal bool IsElsewhere => IsStream || _read is not null; // its bytes are not looked at before they are needed
    internal ReadOnlyMemory<byte> Encoded { get; private init; } // of a source whose bytes are in memory

    /// <summary>Makes a source from the path of a file, as <see cref="FromFile"/> does.</summary>
    /// <param name="path">The file.</param>
    public static implicit operator ImageSource(string path) => FromFile(path);

    /// <summary>An encoded file. It is opened when the image is read.</summary>
    /// <param name="path">The file.</param>
    public static ImageSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FromAnyPath(path);
    }

    /// <summary>An encoded file's bytes. They are not copied, and must not change until the image is read.</summary>
    /// <param name="encoded">The bytes.</param>
    /// <param name="name">What error messages call them.</param>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> encoded, string name = Unnamed)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ImageSource(name) { Encoded = encoded };
    }

    /// <summary>A stream of an encoded file's bytes. It is read once, so the source can be used once; it is not disposed of.</summary>
    /// <remarks>
    /// The stream is read to its end, but at most one byte beyond <see cref="ImageDecodingOptions.MaximumBytes"/>. If it does not start like an
    /// image, only its first bytes are read. Errors of the stream reach the caller unchanged. A read that ignores its token is abandoned when the
    /// token is canceled; dispose the stream then.
    /// </remarks>
    /// <param name="stream">The stream, read from its current position.</param>
    /// <param name="name">What error messages call it.</param>
    public static ImageSource FromStream(Stream stream, string name = Unnamed)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ImageSource(name) { _stream = stream, IsStream = true };
    }

    /// <summary>An encoded file's bytes from elsewhere, such as blob storage or a database. They are opened each time the image is read, so the
    /// source can be used again, also by a dataset.</summary>
    /// <remarks>Errors of <paramref name="open"/> and of its stream skip the image where unreadable images are skipped, and reach the caller
    /// unchanged otherwise. Such an image is recognized by its name alone when a training run resumes or a teacher's features are read from their
    /// file.</remarks>
    /// <param name="open">Opens the stream, at its start, and obeys its token. May be called on several threads at once. The stream is disposed of
    /// after the read.</param>
    /// <param name="name">What error messages call it.</param>
    public static ImageSource FromStreamFactory(Func<CancellationToken, Task<Stream>> open, string name)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return FromReader(name, async (options, cancellationToken) =>
        {
            try
            {
                Stream stream = await open(cancellationToken).ConfigureAwait(false)
                    ?? throw new InvalidOperationException($"The function that opens '{name}' returned null; expected a stream.");
                await using (stream.ConfigureAwait(false))
                {
                    return await EncodedReader.ReadStreamAsync(stream, name, options, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception exception)
            {
                ImageErrors.Mark(exception, cancellationToken);
                throw;
            }
        });
    }

    /// <summary>An image that is already decoded.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What error messages call it.</param>
    public static ImageSource FromImage(RgbImage image, string name = Unnamed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ImageSource(name) { Image = image };
    }

    /// <summary>Samples of any type in memory, for example of a microscope or a scanner.</summary>
    /// <param name="image">The image, of as many channels as the model takes; 1 to 4 for a model of three.</param>
    /// <param name="name">What error messages call it.</param>
    public static ImageSource FromSamples(SampleImage image, string name = Unnamed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ImageSource(name) { Samples = image.Own };
    }

    /// <summary>Samples of 16 bits in memory, which are copied.</summary>
    /// <param name="samples">[height, width, channels], 0 to 65535, rows from top to bottom without gaps.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples per pixel, 1 to 16; for a model of three, 1 (gray), 2 (gray, alpha), 3 (red, green, blue) or 4 (with
    /// alpha).</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="ArgumentException"><paramref name="samples"/> has another length.</exception>
    public static ImageSource FromPixels(ReadOnlySpan<ushort> samples, int width, int height, int channels = 1, string name = Unnamed) =>
        FromSamples(SampleImage.FromSamples(samples, width, height, channels), name);

    /// <summary>Float samples in memory, which are copied.</summary>
    /// <param name="samples">[height, width, channels], rows from top to bottom without gaps. Without a <see cref="SampleRange"/>, 0 to 1 is the
    /// range that counts.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples per pixel, 1 to 16; for a model of three, 1 (gray), 2 (gray, alpha), 3 (red, green, blue) or 4 (with
    /// alpha).</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="ArgumentException"><paramref name="samples"/> has another length.</exception>
    public static ImageSource FromFloatPixels(ReadOnlySpan<float> samples, int width, int height, int channels = 1, string name = Unnamed) =>
        FromSamples(SampleImage.FromSamples(samples, width, height, channels), name);

    /// <summary>Another page of the same file: TIFF files may have several, see <see cref="ImageDecoder.CountPagesAsync"/>.</summary>
    /// <param name="page">The page, from 0. If pages are channels of one image, the first of them.</param>
    /// <returns>A new source. One made from a stream can then no longer be read itself.</returns>
    public ImageSource WithPage(int page)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(page);
        return new ImageSource(_name, page)
        {
            Image = Image,
            Samples = Samples,
            FilePath = FilePath,
            IsStream = IsStream,
            Encoded = Encoded,
            _read = _read,
            _stream = Interlocked.Exchange(ref _stream, null),
        };
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Makes a source from a path that may be empty or null: the error comes when the file is read.</summary>
    internal static ImageSource FromAnyPath(string? path) => new(path ?? string.Empty) { FilePath = path ?? string.Empty };

    /// <summary>An encoded image that a function reads, on the thread of the worker that needs it.</summary>
    internal static ImageSource FromReader(string name, Func<ImageDecodingOptions, CancellationToken, ValueTask<EncodedBytes>> read) =>
        new(name) { _read = read };

    /// <summary>The image of a source that needs no decoding, as the caller's own; otherwise <see langword="null"/>.</summary>
    internal DecodedImage? InMemory(int channels = ScottArchitecture.RgbChannels)
    {
        if (IsInMemory && Page != 0)
            throw FormatDecoder.NoSuchPage(Name, Page, 1);
        if (Image is not null)
            return ChannelSelection.Of(new DecodedImage(Image.ToBuffer()), Name, channels);
        if (Samples is not null)
            return ChannelSelection.Of(Samples, Name, channels);

        return null;
    }

    /// <summary>Reads the bytes of a source that is not in memory. If the data does not start like an image, reads only its start.</summary>
    internal ValueTask<EncodedBytes> ReadAsync(ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        if (_read is not null)
            return _read(options, cancellationToken);

        if (FilePath is not null)
            return new ValueTask<EncodedBytes>(EncodedReader.ReadFileAsync(FilePath, Name, options, cancellationToken));

        if (!IsStream)
        {
            return Encoded.Length <= options.MaximumBytes
                ? ValueTask.FromResult(new EncodedBytes(Encoded))
                : throw EncodedReader.TooLong(Name, options.MaximumBytes, Encoded.Length);
        }

        Stream stream = Interlocked.Exchange(ref _stream, null) ?? throw ImageErrors.Mark(
            new InvalidOperationException(
                $"The stream of '{Name}' has been read; make a new ImageSource to read it again, or use FromStreamFactory."),
            cancellationToken);
        return new ValueTask<EncodedBytes>(EncodedReader.ReadStreamAsync(stream, Name, options, cancellationToken));
    }
}
