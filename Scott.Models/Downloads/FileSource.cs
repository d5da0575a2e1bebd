namespace Scott.Models.Downloads;

/// <summary>A place from which a file is downloaded or copied.</summary>
internal abstract class FileSource(string name)
{
    private const int BufferBytes = 1 << 17;

    public string Name { get; } = name;

    public sealed override string ToString() => Name;

    /// <summary>Fills the part up to the length of the file or, if that is not known, to the end of the source. After a cancellation, the received
    /// bytes stay. The caller checks the bytes, and asks again without caches if they are wrong.</summary>
    /// <exception cref="SourceFaultException">The source does not deliver.</exception>
    public abstract Task FillAsync(PartFile part, TransferMeter meter, bool bypassCaches, CancellationToken cancellationToken);

    /// <summary>Appends the bytes of the source to a part, but never more than the length of the file.</summary>
    /// <remarks>If the length of the file is not known, the length that the source announces counts.</remarks>
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
