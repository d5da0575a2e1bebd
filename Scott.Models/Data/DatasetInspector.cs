using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Scott.Models.Imaging;

namespace Scott.Models.Data;

/// <summary>Looks through datasets before they are trained on.</summary>
public static class DatasetInspector
{
    /// <summary>
    /// Reads and decodes every picture once: finds those that cannot be read, copies, pictures in both sets, and how the classes are filled. As many
    /// pictures are worked on at once as there are cores; only a few numbers of each are kept.
    /// </summary>
    /// <param name="dataset">What is to be trained on. Sources made from streams would be used up.</param>
    /// <param name="validation">What is to be measured on, if there is such a set.</param>
    /// <param name="progress">Told after each picture, from threads of the pool.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <returns>What was found. An unreadable picture is a finding, not an error.</returns>
    /// <remarks>A picture counts as readable as <see cref="ImageDecoder"/> with its default limits sees it. Two are the same if their files' bytes
    /// are, or for pictures in memory, if their pixels are.</remarks>
    public static async Task<DatasetReport> InspectAsync(
        IImageDataset dataset, IImageDataset? validation = null, IProgress<InspectionProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var training = new ExaminedPicture[dataset.Count];
        var measured = new ExaminedPicture[validation?.Count ?? 0];
        var tally = new Tally(training.Length + measured.Length, progress);
        await ExamineAsync(dataset, training, tally, cancellationToken).ConfigureAwait(false);
        if (validation is not null)
        {
            await ExamineAsync(validation, measured, tally, cancellationToken).ConfigureAwait(false);
        }

        return DatasetReport.Of(dataset.ClassNames, training, validation?.ClassNames, measured);
    }

    private static Task ExamineAsync(IImageDataset dataset, ExaminedPicture[] found, Tally tally, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        return Parallel.ForAsync(0, found.Length, parallel, async (index, token) =>
        {
            found[index] = await ExamineAsync(dataset, index, token).ConfigureAwait(false);
            tally.Add(found[index]);
        });
    }

    private static async Task<ExaminedPicture> ExamineAsync(IImageDataset dataset, int index, CancellationToken cancellationToken)
    {
        (string name, int? label) = (dataset.NameOf(index), dataset.LabelOf(index));
        try
        {
            ImageSource source = dataset.SourceOf(index);
            if (source.Image is { } image)
            {
                return new ExaminedPicture(name, label, image.Width, image.Height, HashOf(image), null);
            }

            using EncodedBytes encoded = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            using DecodedPicture picture = SkiaDecoder.Decode(encoded.Memory.Span, name, new ImageDecodingOptions());
            return new ExaminedPicture(name, label, picture.FullWidth, picture.FullHeight, Convert.ToHexString(SHA256.HashData(encoded.Memory.Span)), null);
        }
        catch (Exception exception) when (PictureReader.IsUnreadable(exception))
        {
            return new ExaminedPicture(name, label, 0, 0, string.Empty, exception);
        }
    }

    private static string HashOf(RgbImage image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(size, image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(size[sizeof(int)..], image.Height);
        hash.AppendData(size);
        hash.AppendData(image.Pixels.Span);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Counts what is done, so that the numbers reported never go back.</summary>
    private sealed class Tally(int total, IProgress<InspectionProgress>? progress)
    {
        private readonly Lock _gate = new();
        private readonly long _started = Stopwatch.GetTimestamp();
        private int _completed;
        private int _unreadable;

        public void Add(ExaminedPicture picture)
        {
            lock (_gate)
            {
                _completed++;
                _unreadable += picture.Error is null ? 0 : 1;
                progress?.Report(new InspectionProgress(_completed, total, _unreadable, Stopwatch.GetElapsedTime(_started)));
            }
        }
    }
}
