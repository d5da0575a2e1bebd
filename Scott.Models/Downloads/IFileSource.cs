namespace Scott.Models.Downloads;

/// <summary>A place that a file can be had from.</summary>
internal interface IFileSource
{
    /// <summary>What errors and the log call it: an address without its query, or a path.</summary>
    string Name { get; }

    /// <summary>Fills the part up to the file's length, or to what the source has where that is not known. Whether the bytes are the right ones is the caller's to judge.</summary>
    /// <param name="part">What is there already; may be nothing.</param>
    /// <param name="meter">Told about progress.</param>
    /// <param name="bypassCaches">Whether caches on the way delivered wrong bytes and must be passed by.</param>
    /// <param name="cancellationToken">Stops; what has arrived stays in the part.</param>
    /// <exception cref="SourceFaultException">The source does not deliver.</exception>
    Task FillAsync(PartFile part, TransferMeter meter, bool bypassCaches, CancellationToken cancellationToken);
}
