using System.Buffers;

namespace Scott.Models.Zoo.Transfer;

/// <summary>Copies what a source sends to the end of a part, and never more than the file has.</summary>
internal static class BodyCopy
{
    private const int BufferBytes = 1 << 17;

    public static async Task RunAsync(
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read, PartFile part, TransferMeter meter, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            meter.Start(part.Length);
            int count;
            while ((count = await read(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (part.Length + count > part.File.Bytes)
                {
                    part.Discard();
                    throw new SourceFaultException($"it sends more than the {part.File.Bytes} bytes of the manifest.");
                }

                await part.AppendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                meter.Report(part.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (part.Length < part.File.Bytes)
        {
            throw new TransientFaultException($"it ended after {part.Length} of {part.File.Bytes} bytes.");
        }
    }
}
