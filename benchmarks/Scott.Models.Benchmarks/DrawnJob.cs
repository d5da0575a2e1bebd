using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Scott.Models.Foundation;
using Scott.Models.Inference;

namespace Scott.Models.Benchmarks;

/// <summary>One row that <see cref="DrawnJob"/> writes.</summary>
internal sealed record DrawnRow(string Key, float[]? Vector);

/// <summary>Writes the folder of a finished job whose vectors come from a function, not from images. The files are as a job writes them.</summary>
internal static class DrawnJob
{
    public const string Error = "cannot be read";

    public static VectorFingerprint Fingerprint(int width) => new()
    {
        ModelId = "drawn",
        ModelSha256 = new string('a', 64),
        PreprocessingSha256 = new string('b', 64),
        Output = "PatchMean",
        Precision = "single",
        Width = width,
    };

    /// <param name="folder">The folder of the job. It must exist.</param>
    /// <param name="fingerprint">What makes the vectors.</param>
    /// <param name="shards">The number of shards.</param>
    /// <param name="rows">Makes the rows of a shard. One without a vector has an error.</param>
    /// <param name="rowsPerGroup">The rows of a row group; <see langword="null"/> for the default.</param>
    public static async Task WriteAsync(
        string folder, VectorFingerprint fingerprint, int shards, Func<int, IEnumerable<DrawnRow>> rows, int? rowsPerGroup = null)
    {
        JobManifest manifest = new JobManifest
        {
            Fingerprint = fingerprint,
            ShardSize = EmbeddingJobOptions.DefaultShardSize,
            Images = 0,
            Archives = shards,
            InputsSha256 = Hash("inputs"),
            Shards = [.. Enumerable.Range(0, shards).Select(shard => new JobShard(shard, 1, 0, Hash($"{shard}")))],
        }.Sealed();
        await AtomicFile.WriteBytesAsync(Path.Combine(folder, JobManifest.FileName), manifest.ToBytes(), CancellationToken.None);
        await Parallel.ForAsync(0, shards, async (shard, token) => await AtomicFile.WriteAsync(
            JobPlanner.PartPath(folder, shard), (file, _) => WriteShardAsync(file, manifest, shard, rows(shard), rowsPerGroup), token));
    }

    private static async Task WriteShardAsync(FileStream file, JobManifest manifest, int shard, IEnumerable<DrawnRow> rows, int? rowsPerGroup)
    {
        (long images, long failed) = (0, 0);
        var error = new IOException(Error);
        IEnumerable<(BulkImage, ImageEmbedding)> Results()
        {
            foreach (DrawnRow row in rows)
            {
                failed += row.Vector is null ? 1 : 0;
                yield return (new BulkImage(row.Key, error), row.Vector is { } vector
                    ? new ImageEmbedding(images++, row.Key, vector) : new ImageEmbedding(images++, row.Key, error));
            }
        }

        await new ShardWriter(manifest.Fingerprint, file, rowsPerGroup).WriteAsync(
            Results().ToAsyncEnumerable(),
            () => new ShardSeal { Plan = manifest.Sha256, Shard = shard, Images = images, Failed = failed, Ignored = 0 },
            CancellationToken.None);
    }

    /// <summary>A key of 25 characters.</summary>
    public static string Key(int row) => string.Create(CultureInfo.InvariantCulture, $"photos/album/{row:D8}.jpg");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
