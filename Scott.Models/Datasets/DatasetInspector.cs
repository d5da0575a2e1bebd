using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Looks through datasets before they are trained on.</summary>
public static class DatasetInspector
{
    /// <summary>
    /// Reads and decodes every image once: finds those that cannot be read, copies, images in both sets, and how the classes are filled. As many
    /// images are worked on at once as there are cores; only a few numbers of each are kept.
    /// </summary>
    /// <param name="dataset">What is to be trained on. Sources made from streams would be used up.</param>
    /// <param name="validation">What is to be measured on, if there is such a set.</param>
    /// <param name="decoding">The limits of what is read; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Told after each image, from threads of the pool.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <returns>What was found. An unreadable image is a finding, not an error.</returns>
    /// <exception cref="DatasetException">A label is not the number of a class.</exception>
    /// <remarks>Two images are the same if their files' bytes are, or for images in memory, if their pixels are.</remarks>
    public static async Task<DatasetReport> InspectAsync(
        this IImageDataset dataset,
        IImageDataset? validation = null,
        ImageDecodingOptions? decoding = null,
        IProgress<InspectionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        decoding ??= new ImageDecodingOptions();
        decoding.Validate();
        var training = new ExaminedImage[dataset.Count];
        var measured = new ExaminedImage[validation?.Count ?? 0];
        var tally = new Tally(training.Length + measured.Length, progress);
        await ExamineAsync(dataset, decoding, training, tally, cancellationToken).ConfigureAwait(false);
        if (validation is not null)
        {
            await ExamineAsync(validation, decoding, measured, tally, cancellationToken).ConfigureAwait(false);
        }

        return new DatasetReport(dataset, training, validation, measured);
    }

    private static Task ExamineAsync(
        IImageDataset dataset, ImageDecodingOptions decoding, ExaminedImage[] found, Tally tally, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        return Parallel.ForAsync(0, found.Length, parallel, async (index, token) =>
        {
            found[index] = await ExamineAsync(dataset, decoding, index, token).ConfigureAwait(false);
            tally.Add(found[index]);
        });
    }

    private static async Task<ExaminedImage> ExamineAsync(
        IImageDataset dataset, ImageDecodingOptions decoding, int index, CancellationToken cancellationToken)
    {
        (string name, int? label) = (dataset.NameOf(index), LabelOf(dataset, index));
        try
        {
            ImageSource source = dataset.SourceOf(index);
            if (source.Image is { } image)
            {
                return new ExaminedImage(name, label, image.Width, image.Height, HashOf(image), null);
            }

            using EncodedBytes encoded = await source.ReadAsync(decoding, cancellationToken).ConfigureAwait(false);
            using DecodedImage decoded = SkiaDecoder.Decode(encoded.Memory.Span, name, decoding);
            return new ExaminedImage(name, label, decoded.FullWidth, decoded.FullHeight, Start(SHA256.HashData(encoded.Memory.Span)), null);
        }
        catch (Exception exception) when (ImageErrors.IsImageError(exception))
        {
            return new ExaminedImage(name, label, 0, 0, 0, exception);
        }
    }

    private static int? LabelOf(IImageDataset dataset, int index)
    {
        (int? label, int classes) = (dataset.LabelOf(index), dataset.ClassNames.Count);
        return label is null || (label >= 0 && label < classes)
            ? label
            : throw new DatasetException(dataset.NameOf(index), $"its label is {label}; expected the number of one of the {classes} classes, from 0, or none.");
    }

    private static UInt128 HashOf(RgbImage image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(size, image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(size[sizeof(int)..], image.Height);
        hash.AppendData(size);
        hash.AppendData(image.Pixels.Span);
        return Start(hash.GetHashAndReset());
    }

    /// <summary>Half of a hash is enough: no two of a trillion images are likely to have the same.</summary>
    private static UInt128 Start(byte[] hash) => BinaryPrimitives.ReadUInt128BigEndian(hash);

    /// <summary>Counts what is done, so that the numbers reported never go back.</summary>
    private sealed class Tally(int total, IProgress<InspectionProgress>? progress)
    {
        private readonly Lock _gate = new();
        private readonly long _started = Stopwatch.GetTimestamp();
        private int _completed;
        private int _unreadable;

        public void Add(ExaminedImage image)
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
