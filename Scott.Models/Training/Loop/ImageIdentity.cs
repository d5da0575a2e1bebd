using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>
/// Tells whether the images of a run have changed. Each checkpoint holds a digest of them; the lists behind the digests are files of their own, each
/// written once, so that the checkpoints of a million images are no larger than those of ten.
/// </summary>
internal sealed class ImageIdentity(IReadOnlyList<ImageSet> images, string folder, TrainingRunOptions run, ILogger logger)
{
    private const string Prefix = "images-";
    private const string Extension = ".bin";
    private const int DigestCharacters = 16;

    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, DatasetFingerprint> _fingerprints = [];
    private int _saved;

    /// <summary>The digest of the images of each role, for a checkpoint.</summary>
    public Dictionary<string, string> Digests => _fingerprints.ToDictionary(entry => entry.Key, entry => entry.Value.Digest);

    /// <summary>Reads every image.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        long total = images.Sum(each => (long)each.Dataset.Count);
        long done = 0;
        long reported = Stopwatch.GetTimestamp();
        void Report()
        {
            long count = Interlocked.Increment(ref done);
            long last = Interlocked.Read(ref reported);
            if (Stopwatch.GetElapsedTime(last) >= BetweenReports && Interlocked.CompareExchange(ref reported, Stopwatch.GetTimestamp(), last) == last)
                RunLog.RecordingImages(logger, count, total);
        }

        foreach (ImageSet each in images)
        {
            _fingerprints[each.Role] = await DatasetFingerprint
                .CreateAsync(each.Dataset, each.HasLabels, run.ForLoader(1, 0).EffectiveWorkers, Report, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Compares the images with those of a checkpoint.</summary>
    /// <returns>The changes in words; empty if there are none.</returns>
    public async Task<IReadOnlyList<string>> DifferencesAsync(IReadOnlyDictionary<string, string> stored, CancellationToken cancellationToken)
    {
        List<string> changes = [];
        foreach (string role in stored.Keys.Union(_fingerprints.Keys).Order(StringComparer.Ordinal))
        {
            string noun = ImageSet.NounOf(role);
            if (!stored.TryGetValue(role, out string? digest))
            {
                changes.Add($"the run has {noun}s now and had none before");
            }
            else if (!_fingerprints.TryGetValue(role, out DatasetFingerprint? current))
            {
                changes.Add($"the run has no {noun}s now and had some before");
            }
            else if (digest != current.Digest)
            {
                IReadOnlyList<ImageRecord>? before = await DatasetFingerprint
                    .ReadAsync(PathOf(digest), digest, cancellationToken)
                    .ConfigureAwait(false);
                changes.AddRange(before is null
                    ? [$"the {noun}s are not the same ('{PathOf(digest)}', which lists the earlier ones, is missing or damaged)"]
                    : FingerprintChanges.Describe(before, current.Records(), noun));
            }
        }

        return changes;
    }

    /// <summary>Writes the lists before the first checkpoint that names them; later deletes lists that no checkpoint names any more.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_saved == 0)
        {
            foreach (DatasetFingerprint fingerprint in _fingerprints.Values)
                await fingerprint.SaveAsync(PathOf(fingerprint.Digest), cancellationToken).ConfigureAwait(false);
        }
        else if (_saved == run.KeptCheckpoints)
        {
            HashSet<string> current = [.. _fingerprints.Values.Select(fingerprint => PathOf(fingerprint.Digest))];
            foreach (string old in Directory.EnumerateFiles(folder, Prefix + "*" + Extension).Where(path => !current.Contains(path)))
                File.Delete(old);
        }

        _saved++;
    }

    private string PathOf(string digest) => Path.Combine(folder, Prefix + digest[..DigestCharacters] + Extension);
}

/// <summary>Images that decide the result of a run.</summary>
internal sealed record ImageSet(string Role, IImageDataset Dataset, bool HasLabels)
{
    /// <summary>The run learns from them.</summary>
    public const string Training = "training";

    /// <summary>The run chooses its best epoch by them.</summary>
    public const string Validation = "validation";

    /// <summary>What messages call one of them.</summary>
    public static string NounOf(string role) => role == Training ? "image" : $"{role} image";
}
