using System.Formats.Tar;
using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>The images of a tar archive, as img2dataset and WebDataset write them, in the archive's order. The archive is read once, in one pass;
/// one image at a time is in memory here. Anything that is no image is skipped and counted.</summary>
/// <remarks>TarReader takes an archive that ends between two entries for a whole one. Here an archive must have its end mark, a block of zeros.
/// </remarks>
internal sealed class TarImages(string archive, TailStream tail, long maximumBytes)
{
    public const string Extension = ".tar";
    private const int BlockBytes = 512;

    private static readonly HashSet<string> ImageExtensions = new(ImageDecoder.FileExtensions, StringComparer.OrdinalIgnoreCase);

    /// <summary>How many files of the archive are no images.</summary>
    public long Ignored { get; private set; }

    public static bool Is(string key) => key.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="EmbeddingJobException">The archive is damaged, ends early, or cannot be read.</exception>
    public async IAsyncEnumerable<BulkImage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new TarReader(tail, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            // C# forbids yield return in a try with catch.
            while (await NextAsync(reader, cancellationToken).ConfigureAwait(false) is { } image)
                yield return image;
        }
    }

    private async Task<BulkImage?> NextAsync(TarReader reader, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                if (IsImage(entry))
                    return await ReadImageAsync(entry, cancellationToken).ConfigureAwait(false);

                if (entry.EntryType is not (TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes))
                    Ignored++;
            }

            await RequireEndAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (exception is not (EmbeddingJobException or OutOfMemoryException)
            && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // The reader reports damage by many types, and the store's stream throws its own.
            throw Fault($"is a tar archive that cannot be read: {Quoted.Value(exception.Message, Quoted.LongestFault)}", exception);
        }
    }

    private async Task<BulkImage> ReadImageAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        string key = $"{archive}/{name}";
        if (entry.Length > maximumBytes)
            return new BulkImage(key, EncodedReader.TooLong(key, maximumBytes, entry.Length));

        int length = (int)entry.Length;
        byte[] rented = PixelBuffer.RentBytes(Math.Max(1, length));
        int count = entry.DataStream is null || length == 0 ? 0
            : await entry.DataStream.ReadAtLeastAsync(
                rented.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return count == length ? new BulkImage(key, rented, length) : throw EndsEarly();
    }

    private static bool IsImage(TarEntry entry) =>
        entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile
        && ImageExtensions.Contains(Path.GetExtension(entry.Name))
        && !Path.GetFileName(entry.Name.AsSpan()).StartsWith('.') // macOS puts resource forks beside images: ._name.jpg
        && !(entry is PaxTarEntry pax && pax.ExtendedAttributes.Keys.Any(name => name.StartsWith("GNU.sparse.", StringComparison.Ordinal)));

    private async Task RequireEndAsync(CancellationToken cancellationToken)
    {
        if (tail.IsAtEnd || tail.Zeros < BlockBytes)
            throw tail.IsAtEnd ? EndsEarly() : Fault("is a tar archive with a damaged header.");

        byte[] rest = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            int count;
            while ((count = await tail.ReadAsync(rest, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (rest.AsSpan(0, count).ContainsAnyExcept((byte)0))
                    throw Fault("is a tar archive with more data after its end mark, as if two archives were joined.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rest);
        }
    }

    private EmbeddingJobException EndsEarly() => Fault("is a tar archive that ends early: it has no end mark.");

    private EmbeddingJobException Fault(string detail, Exception? exception = null)
    {
        string sentence = detail.EndsWith('.') ? detail : detail + ".";
        return new EmbeddingJobException(EmbeddingJobFault.Archive, archive, $"{sentence} Repair or replace it, and run again.", exception);
    }
}
