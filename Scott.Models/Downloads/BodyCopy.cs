using System.Buffers;

namespace Scott.Models.Downloads;

/// <summary>Copies what a source sends to the end of a part, and never more than the file has.</summary>
internal static class BodyCopy
{
    private const int BufferBytes = 1 << 17;

    /// <param name="read">Reads what the source sends.</param>
    /// <param name="part">What is there already.</param>
    /// <param name="announced">The whole file's length as the source tells it, if it does; it counts where the file's own is not known.</param>
    /// <param name="meter">Told about progress.</param>
    /// <param name="cancellationToken">Stops; what has arrived stays in the part.</param>
    public static async Task RunAsync(
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read, PartFile part, long? announced, TransferMeter meter, CancellationToken cancellationToken)
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
        {
            throw new TransientFaultException($"it ended after {part.Length} of {Plural.Of(total.GetValueOrDefault(), "byte")}.");
        }
    }
}
