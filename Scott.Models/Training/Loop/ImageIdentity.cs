using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>
/// Knows the images of a run again. Each checkpoint holds a digest of them; the lists that the digests are made of lie beside the checkpoints, each
/// once, so that a run of a million images has no larger checkpoints than one of ten.
/// </summary>
/// <param name="images">Those that decide what the run ends in.</param>
/// <param name="folder">That of the checkpoints.</param>
/// <param name="run">How the run is carried out.</param>
/// <param name="logger">Told how far the reading is.</param>
internal sealed class ImageIdentity(IReadOnlyList<RunImages> images, string folder, TrainingRunOptions run, ILogger logger)
{
    private const string Prefix = "images-";
    private const string Extension = ".bin";
    private const int DigestCharacters = 16;

    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, DatasetFingerprint> _fingerprints = [];
    private int _saved;

    /// <summary>The digest of each role's images, for a checkpoint.</summary>
    public Dictionary<string, string> Digests => _fingerprints.ToDictionary(entry => entry.Key, entry => entry.Value.Digest);

    /// <summary>Looks at every image.</summary>
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
            {
                RunLog.RecordingImages(logger, count, total);
            }
        }

        foreach (RunImages each in images)
        {
            _fingerprints[each.Role] = await DatasetFingerprint
                .CreateAsync(each.Dataset, each.HasLabels, run.ForLoader(1, 0).EffectiveWorkers, Report, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>What has changed since a checkpoint was written.</summary>
    /// <param name="stored">Its digests.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>In words; empty if nothing has.</returns>
    public async Task<IReadOnlyList<string>> DifferencesAsync(IReadOnlyDictionary<string, string> stored, CancellationToken cancellationToken)
    {
        List<string> changes = [];
        foreach (string role in stored.Keys.Union(_fingerprints.Keys).Order(StringComparer.Ordinal))
        {
            string noun = RunImages.NounOf(role);
            if (!stored.TryGetValue(role, out string? digest))
            {
                changes.Add($"{noun}s are given now, and none were before");
            }
            else if (!_fingerprints.TryGetValue(role, out DatasetFingerprint? current))
            {
                changes.Add($"no {noun}s are given now, and some were before");
            }
            else if (digest != current.Digest)
            {
                IReadOnlyList<ImageRecord>? before = await DatasetFingerprint.ReadAsync(PathOf(digest), digest, cancellationToken).ConfigureAwait(false);
                changes.AddRange(before is null
                    ? [$"the {noun}s are not the same ('{PathOf(digest)}', which lists the earlier ones, is missing or damaged)"]
                    : FingerprintChanges.Describe(before, current.Records(), noun));
            }
        }

        return changes;
    }

    /// <summary>Writes the lists, before the first checkpoint that names their digests; later, deletes those that no checkpoint names any longer.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_saved == 0)
        {
            foreach (DatasetFingerprint fingerprint in _fingerprints.Values)
            {
                await fingerprint.SaveAsync(PathOf(fingerprint.Digest), cancellationToken).ConfigureAwait(false);
            }
        }
        else if (_saved == run.KeptCheckpoints)
        {
            HashSet<string> current = [.. _fingerprints.Values.Select(fingerprint => PathOf(fingerprint.Digest))];
            foreach (string old in Directory.EnumerateFiles(folder, Prefix + "*" + Extension).Where(path => !current.Contains(path)))
            {
                File.Delete(old);
            }
        }

        _saved++;
    }

    private string PathOf(string digest) => Path.Combine(folder, Prefix + digest[..DigestCharacters] + Extension);
}
