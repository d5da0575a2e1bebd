using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Finds unreadable images, copies and unbalanced classes in datasets before training.</summary>
public static class DatasetInspector
{
    /// <summary>
    /// Reads and decodes every image once. Finds unreadable images, copies, images that are in both sets, the size of each class, and the mean and
    /// deviation of each channel. Works on one image per core at a time, and keeps only a few numbers of each image.
    /// </summary>
    /// <param name="dataset">The training images. Do not make them from streams, which can be read only once.</param>
    /// <param name="validation">The validation images, if there are any.</param>
    /// <param name="decoding">The limits of what is read, and the number of channels; <see langword="null"/> for the defaults.</param>
    /// <param name="sampleRange">The window of the samples that <see cref="DatasetReport.Channels"/> is about; <see langword="null"/> for the whole
    /// range of the sample type.</param>
    /// <param name="progress">Called after each image, from threads of the pool.</param>
    /// <param name="cancellationToken">Cancels the inspection.</param>
    /// <returns>The findings. An unreadable image is a finding, not an error.</returns>
    /// <exception cref="ScottConfigurationException">A setting of the decoding or the window is not legal.</exception>
    /// <exception cref="DatasetException">A label is not the number of a class.</exception>
    /// <remarks>Two images are the same if their files have the same bytes. Images in memory are the same if their pixels are.</remarks>
    public static async Task<DatasetReport> InspectAsync(
        this IImageDataset dataset, IImageDataset? validation = null, ImageDecodingOptions? decoding = null,
        SampleRange? sampleRange = null, IProgress<InspectionProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        decoding ??= new ImageDecodingOptions();
        decoding.Validate();
        sampleRange?.Validate();
        var training = new InspectedImage[dataset.Count];
        var measured = new InspectedImage[validation?.Count ?? 0];
        var tally = new Tally(training.Length + measured.Length, progress);
        await InspectAsync(dataset, decoding, sampleRange, training, tally, cancellationToken).ConfigureAwait(false);
        if (validation is not null)
            await InspectAsync(validation, decoding, sampleRange, measured, tally, cancellationToken).ConfigureAwait(false);

        return new DatasetReport(dataset, training, validation, measured);
    }

    private static Task InspectAsync(
        IImageDataset dataset, ImageDecodingOptions decoding, SampleRange? range, InspectedImage[] found, Tally tally,
        CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        return Parallel.ForAsync(0, found.Length, parallel, async (index, token) =>
        {
            found[index] = await InspectAsync(dataset, decoding, range, index, token).ConfigureAwait(false);
            tally.Add(found[index]);
        });
    }

    private static async Task<InspectedImage> InspectAsync(
        IImageDataset dataset, ImageDecodingOptions decoding, SampleRange? range, int index, CancellationToken cancellationToken)
    {
        (string name, IReadOnlyList<int>? labels) = (dataset.NameOf(index), LabeledClasses.LabelsOf(dataset, index));
        try
        {
            ImageSource source = dataset.SourceOf(index);
            if (source.InMemory(decoding.Channels) is { } image)
            {
                using (image)
                {
                    UInt128 content = Start(ImageContent.HashPixels(source));
                    return new InspectedImage(name, labels, image.Width, image.Height, content, ChannelSums.Of(image, range), null);
                }
            }

            using EncodedBytes encoded = await source.ReadAsync(decoding, cancellationToken).ConfigureAwait(false);
            using DecodedImage decoded = FormatDecoder.Decode(encoded.Memory, source, decoding, cancellationToken);

            // Pages of one file are different images.
            UInt128 hash = Start(SHA256.HashData(encoded.Memory.Span)) + (UInt128)source.Page;
            return new InspectedImage(name, labels, decoded.FullWidth, decoded.FullHeight, hash, ChannelSums.Of(decoded, range), null);
        }
        catch (Exception exception) when (ImageErrors.IsImageError(exception))
        {
            return new InspectedImage(name, labels, 0, 0, 0, null, exception);
        }
    }

    /// <summary>Half of a hash is enough: two of a trillion images are unlikely to have the same.</summary>
    private static UInt128 Start(byte[] hash) => BinaryPrimitives.ReadUInt128BigEndian(hash);

    /// <summary>Counts the inspected images, so that the reported numbers never decrease.</summary>
    private sealed class Tally(int total, IProgress<InspectionProgress>? progress)
    {
        private readonly Lock _gate = new();
        private readonly long _started = Stopwatch.GetTimestamp();
        private int _completed;
        private int _unreadable;

        public void Add(InspectedImage image)
        {
            lock (_gate)
            {
                _completed++;
                _unreadable += image.Error is null ? 0 : 1;
                progress?.Report(new InspectionProgress(_completed, total, _unreadable, Stopwatch.GetElapsedTime(_started)));
            }
        }
    }
}

/// <summary>What an inspection keeps of each image: only a little, because there may be millions.</summary>
/// <param name="Name">Its path or name.</param>
/// <param name="Labels">Its classes; <see langword="null"/> if they are not known.</param>
/// <param name="Width">Its width; 0 if it cannot be read.</param>
/// <param name="Height">Its height; 0 if it cannot be read.</param>
/// <param name="Hash">The first half of its content's SHA-256; 0 if it cannot be read.</param>
/// <param name="Channels">The figures of its channels; <see langword="null"/> if it cannot be read.</param>
/// <param name="Error">Why it cannot be read.</param>
internal sealed record InspectedImage(
    string Name, IReadOnlyList<int>? Labels, int Width, int Height, UInt128 Hash, ChannelSums? Channels, Exception? Error);

/// <summary>How far an inspection is.</summary>
/// <param name="Completed">The images inspected so far.</param>
/// <param name="Total">The number of all images.</param>
/// <param name="Unreadable">How many of those inspected cannot be read.</param>
/// <param name="Elapsed">The time since the inspection began.</param>
public readonly record struct InspectionProgress(int Completed, int Total, int Unreadable, TimeSpan Elapsed)
{
    /// <summary>The time left at the rate so far, if anything is completed.</summary>
    public TimeSpan? Remaining => Completed > 0 ? Elapsed * ((double)(Total - Completed) / Completed) : null;
}
