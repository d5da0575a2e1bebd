using Scott.Models.Errors;

namespace Scott.Models.Zoo.Transfer;

/// <summary>Gets a file from the first of its sources that delivers the right bytes, and publishes it. The caller holds the folder's lock.</summary>
internal static class FileFetcher
{
    /// <summary>A source whose bytes are wrong is asked once more, past caches: a proxy may be what spoiled them.</summary>
    private const int TriesPerSource = 2;

    /// <param name="modelId">The model, for errors.</param>
    /// <param name="part">What is there already.</param>
    /// <param name="sources">Where to get it, in order.</param>
    /// <param name="meter">Told about progress.</param>
    /// <param name="cancellationToken">Stops; what has arrived stays in the part.</param>
    /// <exception cref="DownloadException">No source delivered the right bytes.</exception>
    public static async Task FetchAsync(
        string modelId, PartFile part, IReadOnlyList<IFileSource> sources, TransferMeter meter, CancellationToken cancellationToken)
    {
        // A process may have died between the last byte and the new name.
        if (part.Length == part.File.Bytes && await PublishIfRightAsync(part, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        List<DownloadFailure> failures = [];
        string? wrongHash = null;
        Exception? last = null;
        foreach (IFileSource source in sources)
        {
            for (int attempt = 0; attempt < TriesPerSource; attempt++)
            {
                try
                {
                    await source.FillAsync(part, meter, bypassCaches: attempt > 0, cancellationToken).ConfigureAwait(false);
                }
                catch (SourceFaultException exception)
                {
                    failures.Add(new DownloadFailure(source.Name, exception.Message));
                    last = exception;
                    break;
                }

                string? hash = await PublishIfRightAsync(part, cancellationToken).ConfigureAwait(false);
                if (hash is null)
                {
                    return;
                }

                wrongHash = hash;
                failures.Add(new DownloadFailure(source.Name, $"its bytes have SHA-256 {hash}."));
            }
        }

        throw new DownloadException(modelId, part.File.Name, part.File.Sha256, wrongHash, failures, last);
    }

    /// <returns><see langword="null"/> if the file is published, or the hash of the wrong bytes, which are dropped.</returns>
    private static async Task<string?> PublishIfRightAsync(PartFile part, CancellationToken cancellationToken)
    {
        string hash = await part.HashAsync(cancellationToken).ConfigureAwait(false);
        if (hash == part.File.Sha256)
        {
            await part.PublishAsync().ConfigureAwait(false);
            return null;
        }

        part.Discard();
        return hash;
    }
}
