using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Scott.Models.Training;

/// <summary>Rows of numbers in a file, each with a checksum of its numbers and of what they were made from: a row that was not written, only in part,
/// or for another image is not there. Thread-safe for different rows. A file of another teacher is replaced.</summary>
internal sealed class TeacherCache : IDisposable
{
    private const int HeaderBytes = 64;
    private const int ChecksumBytes = sizeof(uint);

    private readonly SafeFileHandle _file;
    private readonly int _rowBytes;
    private readonly long _rows;

    private TeacherCache(SafeFileHandle file, int rowNumbers, long rows) => (_file, _rowBytes, _rows) = (file, rowNumbers * sizeof(float), rows);

    /// <summary>Opens the file, or a temporary one that goes when it is closed.</summary>
    /// <param name="path">The file; <see langword="null"/> for a temporary one.</param>
    /// <param name="identity">What decides the rows.</param>
    /// <param name="rowNumbers">The numbers of a row.</param>
    /// <param name="rows">How many rows there are at most.</param>
    /// <param name="maximumBytes">How large the file may become: later rows are not kept. A full disk means that none is.</param>
    public static TeacherCache Open(string? path, string identity, int rowNumbers, long rows, long maximumBytes)
    {
        byte[] header = SHA512.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{rowNumbers} {identity}")));
        long kept = Math.Clamp((maximumBytes - HeaderBytes) / ((rowNumbers * sizeof(float)) + ChecksumBytes), 0, rows);
        SafeFileHandle file = (path is null ? null : TryOpen(path)) ?? OpenTemporary();
        byte[] found = new byte[HeaderBytes];
        try
        {
            if (RandomAccess.Read(file, found, 0) != HeaderBytes || !found.AsSpan().SequenceEqual(header))
            {
                RandomAccess.SetLength(file, 0);
                RandomAccess.Write(file, header, 0);
            }
        }
        catch (IOException)
        {
            kept = 0; // The disk is full.
        }

        return new TeacherCache(file, rowNumbers, kept);
    }

    /// <summary>The file; <see langword="null"/> if it cannot be opened: another run uses it, or the folder cannot be written. The run reports that
    /// when it locks its folder.</summary>
    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static SafeFileHandle OpenTemporary() => File.OpenHandle(
        Path.Combine(Path.GetTempPath(), $"scott-teacher-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
        FileOptions.DeleteOnClose);

    /// <summary>Reads a row; <see langword="false"/> if it is not there, or was made from something else.</summary>
    public bool TryRead(long row, ulong origin, Span<float> numbers)
    {
        if (row >= _rows)
            return false;

        byte[] rented = ArrayPool<byte>.Shared.Rent(_rowBytes + ChecksumBytes);
        try
        {
            Span<byte> bytes = rented.AsSpan(0, _rowBytes + ChecksumBytes);
            if (RandomAccess.Read(_file, bytes, OffsetOf(row)) != bytes.Length
                || BitConverter.ToUInt32(bytes[_rowBytes..]) != ChecksumOf(bytes[.._rowBytes], origin))
            {
                return false;
            }

            MemoryMarshal.Cast<byte, float>(bytes[.._rowBytes]).CopyTo(numbers);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Whether the file may become large enough for a row.</summary>
    public bool CanKeep(long row) => row < _rows;

    /// <summary>Keeps a row, if the file may become that large. A full disk means that it is not kept.</summary>
    public void Write(long row, ulong origin, ReadOnlySpan<float> numbers)
    {
        if (row >= _rows)
            return;

        byte[] rented = ArrayPool<byte>.Shared.Rent(_rowBytes + ChecksumBytes);
        try
        {
            Span<byte> bytes = rented.AsSpan(0, _rowBytes + ChecksumBytes);
            MemoryMarshal.AsBytes(numbers).CopyTo(bytes);
            BitConverter.TryWriteBytes(bytes[_rowBytes..], ChecksumOf(bytes[.._rowBytes], origin));
            RandomAccess.Write(_file, bytes, OffsetOf(row));
        }
        catch (IOException)
        {
            // The row is computed again when it is needed.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public void Dispose() => _file.Dispose();

    private long OffsetOf(long row) => HeaderBytes + (row * (_rowBytes + ChecksumBytes));

    /// <summary>CRC-32, never 0, so that a hole in the file is no row.</summary>
    private static uint ChecksumOf(ReadOnlySpan<byte> bytes, ulong origin)
    {
        var sum = new Crc32();
        sum.Append(bytes);
        sum.Append(BitConverter.GetBytes(origin));
        return sum.GetCurrentHashAsUInt32() is var found and not 0 ? found : 1;
    }
}
