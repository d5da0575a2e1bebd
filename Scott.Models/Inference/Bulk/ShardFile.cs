using Microsoft.Win32.SafeHandles;

namespace Scott.Models.Inference;

/// <summary>The file of a finished shard, to be read: which bytes of it hold what. Keeps no handle. Thread-safe.</summary>
/// <remarks>It knows the layout that <see cref="ShardWriter"/> gives Parquet: no compression, no dictionaries, and one page for each column of a row
/// group. So the numbers of all vectors lie one after the other, and are read without decoding.</remarks>
internal sealed class ShardFile
{
    private readonly long _length;
    private readonly DateTime _written;

    private ShardFile(string path, ShardSeal seal, ShardVectors[] groups, long length, DateTime written) =>
        (Path, Seal, Groups, _length, _written) = (path, seal, groups, length, written);

    public string Path { get; }

    public ShardSeal Seal { get; }

    public ShardVectors[] Groups { get; }

    /// <summary>Reads how a file is built, and checks that it is the right one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="manifest">The plan.</param>
    /// <param name="number">The shard.</param>
    /// <param name="verifiesChecksum">Whether the whole file is read, and its checksum compared.</param>
    /// <param name="cancellationToken">Checked between reads.</param>
    /// <returns><see langword="null"/> if there is no file.</returns>
    /// <exception cref="EmbeddingJobException">It is damaged, belongs to another plan, or cannot be read.</exception>
    public static async Task<ShardFile?> OpenAsync(
        string path, JobManifest manifest, int number, bool verifiesChecksum, CancellationToken cancellationToken)
    {
        try
        {
            if (FileKind.Find(path, followLinks: true) is null)
                return null;

            PlainFile.RequireReadable(path);
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
            await using (stream.ConfigureAwait(false))
            {
                ShardFooter footer = await ShardFooter.ReadAsync(stream, cancellationToken).ConfigureAwait(false)
                    ?? throw new InvalidDataException("it has no seal");
                if (footer.Seal.Plan != manifest.Sha256 || footer.Seal.Shard != number)
                    throw Foreign(path);

                if (verifiesChecksum && !await footer.MatchesAsync(stream, cancellationToken).ConfigureAwait(false))
                    throw new InvalidDataException("its checksum does not match");

                ShardGroup[] groups = ShardGroup.Parse(footer.Bytes.Span, footer.Offset);
                var vectors = new ShardVectors[groups.Length];
                int width = manifest.Fingerprint.Width;
                for (int i = 0; i < groups.Length; i++)
                    vectors[i] = await ShardVectors.ReadAsync(stream, groups[i], width, cancellationToken).ConfigureAwait(false);

                bool isWhole = vectors.Sum(group => (long)group.Rows) == footer.Seal.Images
                    && vectors.Sum(group => (long)group.Count) == footer.Seal.Images - footer.Seal.Failed;
                return isWhole ? new ShardFile(path, footer.Seal, vectors, stream.Length, File.GetLastWriteTimeUtc(stream.SafeFileHandle))
                    : throw new InvalidDataException("it does not hold as many rows as its seal says");
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or EndOfStreamException || DiskFault.Is(exception))
        {
            throw Fault(path, exception);
        }
    }

    /// <summary>Opens the file again.</summary>
    /// <exception cref="EmbeddingJobException">It is gone, is not the same any more, or cannot be read.</exception>
    public SafeFileHandle Open()
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (RandomAccess.GetLength(handle) == _length && File.GetLastWriteTimeUtc(handle) == _written)
                return handle;

            handle.Dispose();
            throw EmbeddingJobException.Reading(EmbeddingJobFault.DamagedShard, Path, "has changed since it was opened. Open the job again.");
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            handle?.Dispose();
            throw Fault(Path, exception);
        }
    }

    /// <summary>Fills a span with the bytes of the file from a place on.</summary>
    /// <exception cref="EmbeddingJobException">It ends early, or cannot be read.</exception>
    public void Read(SafeFileHandle handle, long offset, Span<byte> bytes)
    {
        try
        {
            for (int read = 1; bytes.Length > 0 && read > 0; offset += read, bytes = bytes[read..])
                read = RandomAccess.Read(handle, bytes, offset);

            if (bytes.Length > 0)
                throw new InvalidDataException("it ends early");
        }
        catch (Exception exception) when (exception is InvalidDataException || DiskFault.Is(exception))
        {
            throw Fault(Path, exception);
        }
    }

    /// <summary>Reads the texts of a column in a row group.</summary>
    /// <exception cref="EmbeddingJobException">They are damaged, or cannot be read.</exception>
    public ShardTexts ReadTexts(SafeFileHandle handle, ShardChunk chunk, bool isNullable)
    {
        byte[] bytes = new byte[chunk.Bytes];
        Read(handle, chunk.Offset, bytes);
        try
        {
            return new ShardTexts(bytes, chunk, isNullable);
        }
        catch (InvalidDataException exception)
        {
            throw Fault(Path, exception);
        }
    }

    /// <summary>A text that is not null.</summary>
    /// <exception cref="EmbeddingJobException">It is damaged.</exception>
    public string Text(ShardTexts texts, int row)
    {
        try
        {
            return texts[row]!;
        }
        catch (InvalidDataException exception)
        {
            throw Fault(Path, exception);
        }
    }

    /// <summary>Which rows of a group have a vector.</summary>
    public int[] ReadRows(SafeFileHandle handle, ShardVectors group)
    {
        if (group.Count == group.Rows)
            return [.. Enumerable.Range(0, group.Rows)];

        ShardTexts errors = ReadTexts(handle, group.Error, isNullable: true);
        int[] rows = [.. Enumerable.Range(0, group.Rows).Where(errors.IsNull)];
        return rows.Length == group.Count ? rows : throw Fault(Path, new InvalidDataException("its errors do not fit its vectors"));
    }

    /// <summary>The error for a file that cannot be read, or whose bytes are not as they were written.</summary>
    public static EmbeddingJobException Fault(string path, Exception exception) => DiskFault.Is(exception) && exception is not EndOfStreamException
        ? EmbeddingJobException.Reading(EmbeddingJobFault.NotReadable, path, $"cannot be read: {exception.Message}", exception)
        : EmbeddingJobException.Reading(
            EmbeddingJobFault.DamagedShard, path,
            $"is damaged: {Describe(exception)}. Run the job again: it replaces damaged shards, and keeps all others.", exception);

    private static EmbeddingJobException Foreign(string path) => EmbeddingJobException.Reading(
        EmbeddingJobFault.ForeignShard, path,
        "is a shard of another job, or another shard of this one. Run the job again: it replaces such shards, and keeps all others.");

    private static string Describe(Exception exception) => exception switch
    {
        JsonException => "its seal cannot be read",
        EndOfStreamException => "it ends early",
        _ => exception.Message,
    };
}
