using System.Buffers;
using System.IO.Compression;

namespace Scott.Models.Datasets;

/// <summary>Reads whole files and compressed data into memory.</summary>
internal static class FileBytes
{
    /// <summary>More than any dataset in one file has, so that a few bytes cannot ask for all memory.</summary>
    public const int MaximumBytes = 1 << 30;

    private const int BlockBytes = 1 << 16;

    /// <summary>A file's bytes, unpacked if they are a gzip file's, whatever its name.</summary>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        return bytes is [0x1f, 0x8b, ..] ? Unpack(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress), path) : bytes;
    }

    /// <summary>All that a stream of compressed data unpacks to. The stream is disposed of.</summary>
    /// <remarks>.NET's streams say nothing of data that ends early; the format within must know its own length.</remarks>
    public static byte[] Unpack(Stream packed, string path)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            using (packed)
            {
                var unpacked = new MemoryStream();
                for (int read; (read = packed.Read(block)) > 0;)
                {
                    if (unpacked.Length + read > MaximumBytes)
                    {
                        throw new DatasetFormatException(path, DatasetFault.TooLarge, $"its compressed data unpacks to over {MaximumBytes} bytes; expected at most that.");
                    }

                    unpacked.Write(block, 0, read);
                }

                return unpacked.ToArray();
            }
        }
        catch (InvalidDataException exception)
        {
            throw new DatasetFormatException(
                path, DatasetFault.CompressedData, $"its compressed data is damaged: {exception.Message} Fetch it again.", exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
