using Microsoft.Win32.SafeHandles;
using Scott.Models.Metrics;

namespace Scott.Models.Inference;

/// <summary>Searches the vectors of an <see cref="EmbeddingJob"/> exactly, or reads them in order, where they are on the disk. Thread-safe.</summary>
/// <remarks>
/// <para>Scores and their order are those of an <see cref="EmbeddingIndex"/> of the same vectors, to the last bit. Each search reads all vectors from
/// the files once for each 16 384 queries, on all processors. Memory grows by about a hundred bytes for each row group of the files, and not with the
/// images. A search adds its results, the keys of one row group and, for each processor, a quarter of a megabyte and the best rows of up to
/// 16 384 queries.</para>
/// <para>A vector with a number that is not finite is never found. The files must not change while they are read. No file stays open between
/// calls, so there is nothing to dispose of.</para>
/// </remarks>
public sealed class EmbeddingJobIndex
{
    private readonly ShardFile[] _shards;

    private EmbeddingJobIndex(string folder, JobManifest manifest, ShardFile[] shards, int count) =>
        (Folder, Fingerprint, Shards, _shards, Count) = (folder, manifest.Fingerprint, manifest.Shards.Length, shards, count);

    /// <summary>The folder of the job.</summary>
    public string Folder { get; }

    /// <summary>What made the vectors.</summary>
    public VectorFingerprint Fingerprint { get; }

    /// <summary>The number of vectors in the shards that are there.</summary>
    public int Count { get; }

    /// <summary>The length of each vector.</summary>
    public int Width => Fingerprint.Width;

    /// <summary>The number of images with an error instead of a vector, in the shards that are there.</summary>
    public long Failed => _shards.Sum(shard => shard.Seal.Failed);

    /// <summary>The number of shards of the job.</summary>
    public int Shards { get; }

    /// <summary>How many shards are not there yet. 0 unless <see cref="EmbeddingJobIndexOptions.AllowMissingShards"/> is set.</summary>
    public int MissingShards => Shards - _shards.Length;

    /// <summary>Opens the folder of a job. The footer of each shard is read, its vectors are not.</summary>
    /// <param name="folder">The output folder of the job.</param>
    /// <param name="options">What is checked; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Called after each shard.</param>
    /// <param name="cancellationToken">Checked between shards, and while checksums are computed.</param>
    /// <exception cref="EmbeddingJobException">There is no job; it is not finished; a file of it is damaged, belongs to another job, or cannot be
    /// read; or it has more than 2 147 483 647 vectors.</exception>
    public static async Task<EmbeddingJobIndex> OpenAsync(
        string folder, EmbeddingJobIndexOptions? options = null, IProgress<EmbeddingJobIndexProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new EmbeddingJobIndexOptions();
        string path = Path.Combine(folder, JobManifest.FileName);
        if (!JobManifest.IsThere(path))
            throw EmbeddingJobException.Reading(EmbeddingJobFault.NoPlan, folder, "holds no job. Give the output folder of a job.");

        JobManifest manifest = await JobManifest.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        JobPlanner.RequireOwnShards(folder, manifest.Shards.Length);
        var shards = new ShardFile?[manifest.Shards.Length];
        var steps = new IndexSteps(shards.Length, progress);
        await Parallel.ForAsync(0, shards.Length, cancellationToken, async (number, token) =>
        {
            shards[number] = await ShardFile.OpenAsync(
                JobPlanner.PartPath(folder, number), manifest, number, options.VerifyChecksums, token).ConfigureAwait(false);
            steps.Add();
        }).ConfigureAwait(false);
        ShardFile[] found = [.. shards.OfType<ShardFile>()];
        if (found.Length < shards.Length && !options.AllowMissingShards)
            throw NotFinished(folder, found.Length, JobPlanner.PartPath(folder, Array.IndexOf(shards, null)), shards.Length);

        long count = found.Sum(shard => shard.Seal.Images - shard.Seal.Failed);
        return count <= int.MaxValue ? new EmbeddingJobIndex(folder, manifest, found, (int)count) : throw EmbeddingJobException.Reading(
            EmbeddingJobFault.NotReadable, folder,
            $"has {Plural.Of(count, "vector")}; expected at most {int.MaxValue}. Split the inputs into several jobs, or use a vector database.");
    }

    /// <summary>Finds the vectors that are most similar to that of an image, best first.</summary>
    /// <param name="query">The result for the image, which must have a vector.</param>
    /// <param name="count">The number of results, at least 1. If there are fewer vectors, all are returned.</param>
    /// <param name="progress">Called after each shard.</param>
    /// <param name="cancellationToken">Checked while the vectors are read.</param>
    /// <exception cref="InvalidOperationException">The image has no vector; the inner exception says why.</exception>
    /// <inheritdoc cref="SearchBatchAsync" path="/exception"/>
    public async Task<IReadOnlyList<SearchHit>> SearchAsync(
        ImageEmbedding query, int count, IProgress<EmbeddingJobIndexProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return (await SearchBatchAsync([query.Vector], count, query.Fingerprint, progress, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>Searches for many queries at once: the vectors are read once for each 16 384 queries.</summary>
    /// <param name="queries">The queries, <see cref="Width"/> numbers each.</param>
    /// <param name="count">The number of results of each query, at least 1. If there are fewer vectors, all are returned.</param>
    /// <param name="fingerprint">What made the queries; <see langword="null"/> if that is not known.</param>
    /// <param name="progress">Called after each shard. If shards are read several times, it counts evenly over all reading.</param>
    /// <param name="cancellationToken">Checked while the vectors are read.</param>
    /// <returns>The results of each query, best first, in the order of the queries. Vectors with equal scores are in the order of the job;
    /// <see cref="SearchHit.Index"/> counts the vectors in that order, without the images that have an error.</returns>
    /// <exception cref="ArgumentException">A query has another length or is not finite, or <paramref name="count"/> is less than 1.</exception>
    /// <exception cref="FingerprintMismatchException">Another model, or other settings, made the vectors of the job.</exception>
    /// <exception cref="EmbeddingJobException">A shard has changed since it was opened, is damaged, or cannot be read.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<SearchHit>>> SearchBatchAsync(
        IEnumerable<ReadOnlyMemory<float>> queries, int count, VectorFingerprint? fingerprint = null,
        IProgress<EmbeddingJobIndexProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (fingerprint is not null)
            Fingerprint.RequireSameDirection(fingerprint);

        float[][] units = [.. queries.Select(query => IndexArguments.Unit(Width, query.Span, nameof(queries)))];
        return await new JobSearch(_shards, units, count, progress).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads all rows in the order of the job, those without a vector included. At most one row group is in memory: about 10 MB.</summary>
    /// <param name="cancellationToken">Checked after each row group.</param>
    /// <exception cref="EmbeddingJobException">A shard has changed since it was opened, is damaged, or cannot be read.</exception>
    public async IAsyncEnumerable<EmbeddingJobRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (ShardFile shard in _shards)
        {
            foreach (ShardVectors group in shard.Groups)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (EmbeddingJobRow row in await Task.Run(() => ReadGroup(shard, group), cancellationToken).ConfigureAwait(false))
                    yield return row;
            }
        }
    }

    private EmbeddingJobRow[] ReadGroup(ShardFile shard, ShardVectors group)
    {
        using SafeFileHandle handle = shard.Open();
        float[] values = new float[group.Count * Width];
        shard.Read(handle, group.Offset, MemoryMarshal.AsBytes(values.AsSpan()));
        ShardTexts keys = shard.ReadTexts(handle, group.Key, isNullable: false);
        ShardTexts errors = shard.ReadTexts(handle, group.Error, isNullable: true);
        ShardTexts hashes = shard.ReadTexts(handle, group.Hash, isNullable: true);
        var rows = new EmbeddingJobRow[group.Rows];
        int next = 0;
        try
        {
            for (int row = 0; row < rows.Length; row++)
            {
                bool isSuccess = errors.IsNull(row);
                if (isSuccess && next == group.Count)
                    throw new InvalidDataException("its errors do not fit its vectors");

                ReadOnlyMemory<float> vector = isSuccess ? values.AsMemory(next++ * Width, Width) : default;
                rows[row] = new EmbeddingJobRow(keys[row]!, vector, errors[row], hashes[row]);
            }

            return next == group.Count ? rows : throw new InvalidDataException("its errors do not fit its vectors");
        }
        catch (InvalidDataException exception)
        {
            throw ShardFile.Fault(shard.Path, exception);
        }
    }

    private static EmbeddingJobException NotFinished(string folder, int found, string first, int shards) => EmbeddingJobException.Reading(
        EmbeddingJobFault.NotFinished, folder,
        $"has {found} of the {Plural.Of(shards, "shard")} of its job; '{Path.GetFileName(first)}' is the first that is missing. Run the job again "
            + $"until it is finished, or set {nameof(EmbeddingJobIndexOptions)}.{nameof(EmbeddingJobIndexOptions.AllowMissingShards)}.");
}

/// <summary>How far the opening or the search of an <see cref="EmbeddingJobIndex"/> has come.</summary>
/// <param name="CompletedShards">The shards that are done.</param>
/// <param name="Shards">All shards.</param>
public readonly record struct EmbeddingJobIndexProgress(int CompletedShards, int Shards);
