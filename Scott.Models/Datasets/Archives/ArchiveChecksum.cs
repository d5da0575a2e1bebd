using System.Diagnostics;
using System.Security.Cryptography;

namespace Scott.Models.Datasets;

/// <summary>Compares a file with what is published about an archive.</summary>
internal static class ArchiveChecksum
{
    private const int BlockBytes = 1 << 20;

    public static async Task VerifyAsync(DatasetArchive archive, string path, IProgress<ArchiveProgress>? progress, CancellationToken cancellationToken)
    {
        PlainFile.RequireReadable(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await using (stream.ConfigureAwait(false))
        {
            if (archive.Bytes is { } expected && stream.Length != expected)
            {
                throw new DatasetArchiveException(
                    path,
                    DatasetArchiveFault.WrongSize,
                    $"it has {Plural.Of(stream.Length, "byte")}; expected the {expected} of {archive.FileName}. {Advice(archive)}");
            }

            string actual = await Md5Async(stream, progress, cancellationToken).ConfigureAwait(false);
            if (!string.Equals(actual, archive.Md5, StringComparison.OrdinalIgnoreCase))
            {
                throw new DatasetArchiveException(
                    path, DatasetArchiveFault.WrongChecksum, $"its MD5 sum is {actual}; expected {archive.Md5}, that of {archive.FileName}. {Advice(archive)}")
                {
                    ExpectedMd5 = archive.Md5,
                    ActualMd5 = actual,
                };
            }
        }
    }

    private static string Advice(DatasetArchive archive) => $"Fetch it again from {AddressText.Of(archive.Address)}.";

    private static async Task<string> Md5Async(FileStream stream, IProgress<ArchiveProgress>? progress, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        long length = stream.Length;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] block = new byte[BlockBytes];
        long done = 0;
        for (int read; (read = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            hash.AppendData(block, 0, read);
            done += read;
            progress?.Report(new ArchiveProgress(done, length, 0, Stopwatch.GetElapsedTime(started)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
