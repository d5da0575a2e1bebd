using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Cli;

/// <summary>Stored vectors to search: an index file, or the folder of a job.</summary>
internal sealed class SearchedVectors
{
    private readonly string _path;
    private readonly Screen _screen;
    private readonly EmbeddingIndex? _index;
    private readonly EmbeddingJobIndex? _job;

    private SearchedVectors(string path, Screen screen, EmbeddingIndex? index, EmbeddingJobIndex? job) =>
        (_path, _screen, _index, _job) = (path, screen, index, job);

    public VectorFingerprint? Fingerprint => _job is null ? _index!.Fingerprint : _job.Fingerprint;

    public int Width => _job?.Width ?? _index!.Width;

    public int Count => _job?.Count ?? _index!.Count;

    /// <summary>The shards of a job that are not there yet.</summary>
    public int MissingShards => _job?.MissingShards ?? 0;

    /// <exception cref="UsageException">There is no index, and no job.</exception>
    public static async Task<SearchedVectors> OpenAsync(string path, Screen screen, CancellationToken cancellationToken)
    {
        bool isFolder = Directory.Exists(path);
        Check.That(isFolder || File.Exists(path), $"The index '{path}' does not exist.");
        Check.That(
            !isFolder || File.Exists(Path.Combine(path, EmbeddingJob.ManifestFileName)),
            $"The folder '{path}' holds no job of scott embed --job; name such a folder, or an index file.");
        EmbeddingIndex? index = isFolder ? null : await ProgressBars.ShowAsync(screen, $"Reading {path}", report => EmbeddingIndex.LoadAsync(
            path, WeightStorage.MemoryMapped,
            ProgressBars.Listen<IndexFileProgress>(value => report("vectors", value.Completed, value.Total)), cancellationToken));
        EmbeddingJobIndex? job = !isFolder ? null : await ProgressBars.ShowAsync(screen, $"Reading {path}", report => EmbeddingJobIndex.OpenAsync(
            path, new EmbeddingJobIndexOptions { AllowMissingShards = true }, Listen(report), cancellationToken));
        if (job is { MissingShards: > 0 })
        {
            screen.Warn(
                $"The job is not finished: {job.MissingShards} of {Plural.Of(job.Shards, "shard")} are missing, and the others are searched. "
                    + $"Finish it with the options of its first run: scott embed --job {path}");
        }

        return new SearchedVectors(path, screen, index, job);
    }

    public async Task<IReadOnlyList<SearchHit>> SearchAsync(ImageEmbedding query, int count, CancellationToken cancellationToken)
    {
        if (_job is not null)
        {
            return await ProgressBars.ShowAsync(
                _screen, $"Searching {_path}", report => _job.SearchAsync(query, count, Listen(report), cancellationToken));
        }

        return _index!.Fingerprint is { } stored && VectorMigration.TargetOf(stored) is not null
            ? _index.SearchMapped(query, count) : _index.Search(query, count);
    }

    private static IProgress<EmbeddingJobIndexProgress> Listen(Action<string, long, long> report) =>
        ProgressBars.Listen<EmbeddingJobIndexProgress>(value => report("shards", value.CompletedShards, value.Shards));
}
