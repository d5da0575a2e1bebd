using System.Text.RegularExpressions;
using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>Tells whether the images of a run have changed. Each checkpoint holds a digest of them; the lists behind the digests are files of their
/// own, each written once, so that the checkpoints of a million images are no larger than those of ten.</summary>
internal sealed partial class ImageIdentity(IReadOnlyList<ImageSet> images, TrainingRunOptions run, ILogger logger)
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
                .CreateAsync(each.Dataset, each.HasLabels, run.EffectiveWorkers, Report, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>The changes since a checkpoint of a folder, in words.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(
        IReadOnlyDictionary<string, string> stored, string folder, CancellationToken cancellationToken)
    {
        List<string> changes = [];
        foreach (string role in stored.Keys.Union(_fingerprints.Keys).Order(StringComparer.Ordinal))
        {
            string noun = ImageSet.NounOf(role);
            DatasetFingerprint? current = _fingerprints.GetValueOrDefault(role);
            if (!stored.TryGetValue(role, out string? digest) || current is null)
            {
                changes.Add(digest is null ? $"the run has {noun}s now and had none before" : $"the run has no {noun}s now and had some before");
            }
            else if (digest != current.Digest)
            {
                string path = PathOf(folder, digest);
                IReadOnlyList<ImageRecord>? before = await DatasetFingerprint.ReadAsync(path, digest, cancellationToken).ConfigureAwait(false);
                changes.AddRange(before is null
                    ? [$"the {noun}s are not the same ('{path}', which lists the earlier ones, is missing or damaged)"]
                    : FingerprintChanges.Describe(before, current.Records(), noun));
            }
        }

        return changes;
    }

    /// <summary>Writes the lists before the first checkpoint that names them; later deletes lists that no checkpoint names any more.</summary>
    public async Task SaveAsync(string folder, CancellationToken cancellationToken)
    {
        if (_saved == 0)
        {
            foreach (DatasetFingerprint fingerprint in _fingerprints.Values)
                await fingerprint.SaveAsync(PathOf(folder, fingerprint.Digest), cancellationToken).ConfigureAwait(false);
        }
        else if (_saved == run.KeptCheckpoints)
        {
            HashSet<string> current = [.. _fingerprints.Values.Select(fingerprint => PathOf(folder, fingerprint.Digest))];
            IEnumerable<string> lists = Directory.EnumerateFiles(folder, Prefix + "*" + Extension)
                .Where(path => OwnName().IsMatch(Path.GetFileName(path)));
            foreach (string old in lists.Where(path => !current.Contains(path)))
                DiskFault.TryDelete(old);
        }

        _saved++;
    }

    private static string PathOf(string folder, string digest) => Path.Combine(folder, Prefix + digest[..DigestCharacters] + Extension);

    [GeneratedRegex(@"^images-[0-9a-f]{16}\.bin\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();
}

/// <summary>Images that decide the result of a run: it learns from them, or chooses its best epoch by them.</summary>
internal sealed record ImageSet(string Role, IImageDataset Dataset, bool HasLabels)
{
    public const string Training = "training";
    public const string Validation = "validation";

    /// <summary>What messages call one of them.</summary>
    public static string NounOf(string role) => role == Training ? "image" : $"{role} image";
}
