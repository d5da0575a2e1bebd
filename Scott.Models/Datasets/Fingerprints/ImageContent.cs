using Microsoft.Win32.SafeHandles;
using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>An image's content in a few bytes: its length, −1 if not known, and the start of a SHA-256. Only samples of a long file are read, so
/// that a large dataset takes seconds. If a compressed file changes but keeps its length, its last bytes differ too.</summary>
internal readonly record struct ImageContent(long Bytes, ulong Hash)
{
    /// <summary>Files up to this length are hashed whole.</summary>
    internal const int WholeBytes = 1 << 16;
    /// <summary>The length of each sample of a longer file: at its start, in its middle and at its end.</summary>
    internal const int SampleBytes = 1 << 14;

    private const int Samples = 3;

    /// <summary>The content of a stream, which is not opened for this, or of an image that cannot be read.</summary>
    public static ImageContent Unknown { get; } = new(-1, 0);

    public bool IsKnown => Bytes >= 0;

    /// <summary>Reads the parts of a source that are hashed.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ImageContent Of(ImageSource source)
    {
        ImageContent content = source.IsElsewhere ? Unknown
            : source.IsInMemory ? new ImageContent(source.Samples?.Bytes.Length ?? source.Image!.Pixels.Length, Start(HashPixels(source)))
            : source.FilePath is { } path ? OfFile(path)
            : new ImageContent(source.Encoded.Length, Start(SHA256.HashData(source.Encoded.Span)));
        return content with { Hash = content.Hash + (ulong)source.Page };
    }

    /// <summary>The SHA-256 of the width and pixels of an image in memory, and of the type of its samples if it has more than 8 bits.</summary>
    public static byte[] HashPixels(ImageSource source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> width = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(width, source.Samples?.Width ?? source.Image!.Width);
        hash.AppendData(width);
        if (source.Samples is { } samples)
            hash.AppendData([(byte)samples.Format, (byte)samples.Channels]);

        hash.AppendData((source.Samples?.Bytes ?? source.Image!.Pixels).Span);
        return hash.GetHashAndReset();
    }

    private static ImageContent OfFile(string path)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            info = target;

        // To open a pipe would wait for a writer. The decoder refuses it.
        if (FileKind.Find(path, followLinks: true) is { Type: not FileType.Regular })
            return new ImageContent(0, 0);
        if (info.Length == 0)
            return new ImageContent(0, 0);

        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(file);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(WholeBytes);
        try
        {
            Span<byte> read = length <= WholeBytes ? buffer.AsSpan(0, (int)length) : buffer.AsSpan(0, Samples * SampleBytes);
            if (length <= WholeBytes)
            {
                Fill(file, read, 0);
            }
            else
            {
                Fill(file, read[..SampleBytes], 0);
                Fill(file, read[SampleBytes..(2 * SampleBytes)], (length - SampleBytes) / 2);
                Fill(file, read[(2 * SampleBytes)..], length - SampleBytes);
            }

            return new ImageContent(length, Start(SHA256.HashData(read)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Fills the buffer from the file. If the file shrinks meanwhile, the rest is zeros.</summary>
    private static void Fill(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        int filled = 0;
        for (int read = -1; filled < buffer.Length && read != 0; filled += read)
            read = RandomAccess.Read(file, buffer[filled..], offset + filled);

        buffer[filled..].Clear();
    }

    private static ulong Start(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64LittleEndian(hash);
}
