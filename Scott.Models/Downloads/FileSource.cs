namespace Scott.Models.Downloads;

/// <summary>A place that a file comes from.</summary>
internal abstract class FileSource(string name)
{
    private const int BufferBytes = 1 << 17;

    public string Name { get; } = name;

    public sealed override string ToString() => Name;

    /// <summary>Fills the part up to the file's length, or to what the source has where that is not known. Canceled, the part keeps what has arrived.
    /// The caller checks the bytes, and bypasses caches when they were wrong.</summary>
    /// <exception cref="SourceFaultException">The source does not deliver.</exception>
    public abstract Task FillAsync(PartFile part, TransferMeter meter, bool bypassCaches, CancellationToken cancellationToken);

    /// <summary>Copies what the source sends to the end of a part, and never more than the file has.</summary>
    /// <remarks>The length that the source announces counts where the file's own is not known.</remarks>
    protected static async Task CopyAsync(
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read, PartFile part, long? announced, TransferMeter meter,
        CancellationToken cancellationToken)
    {
        long? total = part.File.Bytes ?? announced;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            meter.Start(part.Length, total);
            int count;
            while ((count = await read(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (part.Length + count > total)
                {
                    part.Discard();
                    throw new SourceFaultException($"it sends more than the {total} bytes expected.");
                }

                await part.AppendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                meter.Report(part.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (part.Length < total)
            throw new TransientFaultException($"it ended after {part.Length} of {Plural.Of(total.GetValueOrDefault(), "byte")}.");
    }
}
