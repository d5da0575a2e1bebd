using Microsoft.Win32.SafeHandles;

namespace Scott.Models.Imaging;

/// <summary>An image's encoded bytes, in a pooled buffer or in the caller's memory.</summary>
internal readonly struct EncodedBytes(ReadOnlyMemory<byte> memory, byte[]? rented = null) : IDisposable
{
    public ReadOnlyMemory<byte> Memory => memory;

    public void Dispose()
    {
        if (rented is not null)
            PixelBuffer.ReturnBytes(rented);
    }
}

/// <summary>Reads encoded images from files and streams into pooled buffers, up to a limit. For one image.</summary>
/// <remarks>If data does not start like an image, only its start is read: that is enough for the decoder to refuse it. A read that ignores its
/// canceled token is abandoned, together with its buffer, because it may still write there.</remarks>
internal sealed class EncodedReader(
    Func<Memory<byte>, long, Task<int>> read, string name, long? length, ImageDecodingOptions options, CancellationToken cancellationToken)
{
    private const int StartBytes = 1 << 16; // the most that is read before the signature is looked at
    private const int SignatureBytes = 64; // as many as every built-in signature needs

    private readonly long _maximumBytes = options.MaximumBytes;
    private readonly int _signatureBytes = options.Decoders.Count > 0 ? ImageDecodingOptions.SignatureBytes : SignatureBytes;
    private byte[] _buffer = PixelBuffer.RentBytes((int)Math.Clamp(length ?? StartBytes, 1, StartBytes));
    private int _filled;
    private bool _isAbandoned;

    /// <summary>Whether all data is read, even if it does not start like an image.</summary>
    public bool ReadsAll { get; init; }

    public static async Task<EncodedBytes> ReadFileAsync(
        string path, string name, ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        using SafeFileHandle file = Open(path);
        Task<int> ReadAsync(Memory<byte> memory, long offset) => RandomAccess.ReadAsync(file, memory, offset, cancellationToken).AsTask();
        var reader = new EncodedReader(ReadAsync, name, RandomAccess.GetLength(file), options, cancellationToken);
        return await reader.RunAsync().ConfigureAwait(false);
    }

    public static Task<EncodedBytes> ReadStreamAsync(
        Stream stream, string name, ImageDecodingOptions options, CancellationToken cancellationToken, bool readsAll = false)
    {
        async Task<int> ReadAsync(Memory<byte> memory, long offset)
        {
            try
            {
                return await stream.ReadAsync(memory, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                ImageErrors.Mark(exception, cancellationToken);
                throw;
            }
        }

        // A stream may block before it returns its task. The caller can abandon such a read only if another thread runs it.
        bool mayBlock = cancellationToken.CanBeCanceled && stream is not MemoryStream;
        Task<int> ReadElsewhereAsync(Memory<byte> memory, long offset) => Task.Run(() => ReadAsync(memory, offset), CancellationToken.None);
        return new EncodedReader(mayBlock ? ReadElsewhereAsync : ReadAsync, name, null, options, cancellationToken)
        {
            ReadsAll = readsAll,
        }.RunAsync();
    }

    /// <summary>The error for an image of too many bytes.</summary>
    public static ImageFormatException TooLong(string name, long maximumBytes, long? length)
    {
        string bytes = length is null ? $"more than {maximumBytes}" : $"{length}";
        return new ImageFormatException(name, ImageFault.TooManyBytes, $"it has {bytes} bytes; expected at most {maximumBytes}.");
    }

    /// <summary>Opens a file, but neither a pipe nor a device.</summary>
    public static SafeFileHandle Open(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw InvalidPath(path, null);

        // Opening a pipe would wait for a writer, and opening a device may have side effects.
        if (FileKind.Find(path, followLinks: true) is { Type: not FileType.Regular } other)
            throw new ImageFormatException(path, ImageFault.NotAFile, $"it is {other.Noun}; expected a file.");

        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw InvalidPath(path, exception);
        }
    }

    private static ImageFormatException InvalidPath(string path, Exception? exception) => new(
        path.Replace("\0", "\\0", StringComparison.Ordinal), ImageFault.InvalidPath,
        path.Length == 0 ? "its path is empty; expected the path of a file." : "its path holds a character that no path may hold.",
        exception);

    private async Task<EncodedBytes> RunAsync()
    {
        try
        {
            bool isChecked = ReadsAll;
            for (int count = -1; count != 0 && _filled != length; _filled += count)
            {
                if (!isChecked && _filled >= _signatureBytes)
                {
                    isChecked = true;
                    if (!FormatDecoder.Recognizes(_buffer.AsSpan(0, _filled), name, options))
                        break;
                }

                RequireRoom(isChecked);
                count = await ReadAsync(_buffer.AsMemory(_filled)).ConfigureAwait(false);
            }

            return _filled <= _maximumBytes ? new EncodedBytes(_buffer.AsMemory(0, _filled), _buffer) : throw TooLong(name, _maximumBytes, length);
        }
        catch
        {
            if (!_isAbandoned)
                PixelBuffer.ReturnBytes(_buffer);

            throw;
        }
    }

    /// <summary>Makes the buffer larger where it is full, unless there is too much data already.</summary>
    private void RequireRoom(bool isImage)
    {
        if (_filled > _maximumBytes || (isImage && length > _maximumBytes))
            throw TooLong(name, _maximumBytes, length);
        if (_filled < _buffer.Length)
            return;

        // One byte over the limit is enough to see that there are too many.
        byte[] larger = PixelBuffer.RentBytes((int)Math.Min(length ?? (_buffer.Length * 2L), _maximumBytes + 1));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        PixelBuffer.ReturnBytes(_buffer);
        _buffer = larger;
    }

    private async Task<int> ReadAsync(Memory<byte> space)
    {
        Task<int> reading = read(space, _filled);
        try
        {
            return await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!reading.IsCompleted)
        {
            _isAbandoned = true;

            // Observes the error of the abandoned read, because nobody waits for it.
            _ = reading.ContinueWith(
                ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }
}
