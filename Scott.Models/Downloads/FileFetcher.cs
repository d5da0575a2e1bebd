namespace Scott.Models.Downloads;

/// <summary>Downloads a file from the first source that delivers the right bytes, and publishes it. The caller holds the folder's lock.</summary>
internal static class FileFetcher
{
    /// <summary>A source whose bytes are wrong is asked once more, bypassing caches: a proxy may have spoiled them.</summary>
    private const int TriesPerSource = 2;

    /// <summary>Tries the sources in order, and resumes from the part file beside the target. Canceled, it keeps the received bytes.</summary>
    /// <exception cref="DownloadException">No source delivered the right bytes.</exception>
    public static async Task FetchAsync(
        string target, ExpectedFile file, IReadOnlyList<FileSource> sources, TransferMeter meter, DownloadOptions options,
        CancellationToken cancellationToken)
    {
        var part = PartFile.Open(target, file, options);
        await using (part.ConfigureAwait(false))
        {
            await FetchAsync(part, sources, meter, options.Logger, cancellationToken).ConfigureAwait(false);
            TransferLog.Published(options.Logger, file, target);
        }
    }

    private static async Task FetchAsync(
        PartFile part, IReadOnlyList<FileSource> sources, TransferMeter meter, ILogger logger, CancellationToken cancellationToken)
    {
        // A process may have died between the last byte and the renaming. If the length is not known, any part may be complete.
        bool isWhole = part.Length == part.File.Bytes;
        if ((isWhole || part.File.Bytes is null) && await PublishIfRightAsync(part, isWhole, cancellationToken).ConfigureAwait(false) is null)
            return;

        var failures = new CappedList<DownloadFailure>();
        FileChecksum? wrong = null;
        Exception? last = null;
        foreach (FileSource source in sources)
        {
            for (int attempt = 0; attempt < TriesPerSource; attempt++)
            {
                TransferLog.Fetching(logger, part.File, source, part.Length);
                try
                {
                    await source.FillAsync(part, meter, bypassCaches: attempt > 0, cancellationToken).ConfigureAwait(false);
                }
                catch (SourceFaultException exception)
                {
                    Fail(exception.Message);
                    last = exception;
                    break;
                }

                FileChecksum? found = await PublishIfRightAsync(part, isWhole: true, cancellationToken).ConfigureAwait(false);
                if (found is null)
                    return;

                wrong = found;
                Fail($"its bytes have {found}.");
            }

            void Fail(string reason)
            {
                reason = Quoted.Value(reason, Quoted.LongestFault * 2);
                failures.Add(new DownloadFailure(source.Name, reason));
                TransferLog.Failed(logger, source, part.File, reason);
            }
        }

        throw Undelivered(part, wrong, failures, last);
    }

    /// <returns><see langword="null"/> if the file is published; otherwise the wrong checksum. Complete wrong bytes are dropped.</returns>
    private static async Task<FileChecksum?> PublishIfRightAsync(PartFile part, bool isWhole, CancellationToken cancellationToken)
    {
        FileChecksum found = await part.ChecksumAsync(cancellationToken).ConfigureAwait(false);
        if (found == part.File.Checksum)
        {
            await part.PublishAsync().ConfigureAwait(false);
            return null;
        }

        if (isWhole)
            part.Discard();

        return found;
    }

    private static DownloadException Undelivered(PartFile part, FileChecksum? wrong, CappedList<DownloadFailure> failures, Exception? last)
    {
        ExpectedFile file = part.File;
        string sums = wrong is null ? string.Empty : $" One delivered a file with {wrong}; {file.Authority} says {file.Checksum.Hex}.";
        return new DownloadException(file.ModelId, file.Name, sums, failures.Items, failures.Count, Advice(part), last)
        {
            ExpectedSha256 = file.Checksum.Sha256,
            ActualSha256 = wrong?.Sha256,
            ExpectedMd5 = file.Checksum.Md5,
            ActualMd5 = wrong?.Md5,
        };
    }

    private static string Advice(PartFile part) =>
        (part.Length > 0
            ? $"The {Plural.Of(part.Length, "byte")} received {(part.Length == 1 ? "is" : "are")} kept, and a new call resumes from there."
            : "Nothing that was received could be kept. Check the sources and call again.")
        + (part.File.Note is { } note ? $" {note}" : string.Empty);
}
