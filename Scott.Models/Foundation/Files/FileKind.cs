using Microsoft.Win32.SafeHandles;

namespace Scott.Models.Foundation;

/// <summary>Finds out what is at a path without opening it. To open a pipe would wait for a writer.</summary>
internal static partial class FileKind
{
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int DirectoryType = 0x4000;
    private const int LinkType = 0xA000;
    private const int BufferBytes = 512;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFields = 0x7FF;
    private const int NotFound = 2;
    private const int NotAFolder = 20;

    /// <summary>Whether a path is a regular file, or a link that leads to one.</summary>
    public static bool IsRegular(string path) => Find(path, followLinks: true) is { Type: FileType.Regular };

    /// <summary>What is at a path; <see langword="null"/> if nothing is.</summary>
    public static FileStatus? Find(string path, bool followLinks)
    {
        Span<byte> status = stackalloc byte[BufferBytes];
        try
        {
            int result = OperatingSystem.IsLinux() ? Statx(CurrentFolder, path, followLinks ? 0 : NoFollow, BasicFields, ref status[0])
                : !OperatingSystem.IsMacOS() ? -1
                : followLinks ? Stat(path, ref status[0]) : LinkStat(path, ref status[0]);
            if (result == 0)
                return Read(status);
            if (!OperatingSystem.IsWindows() && Marshal.GetLastPInvokeError() is NotFound or NotAFolder)
                return null;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // The C library lacks the call. .NET itself recognizes links and folders.
        }

        return FindManaged(path, followLinks);
    }

    /// <summary>What an open file is; <see langword="null"/> where the system does not tell.</summary>
    public static FileStatus? Of(SafeFileHandle handle)
    {
        Span<byte> status = stackalloc byte[BufferBytes];
        try
        {
            int result = OperatingSystem.IsLinux() ? Statx(handle, string.Empty, EmptyPath, BasicFields, ref status[0])
                : OperatingSystem.IsMacOS() ? FileStat(handle, ref status[0]) : -1;
            return result == 0 ? Read(status) : null;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    private static FileStatus? FindManaged(string path, bool followLinks)
    {
        FileSystemInfo info = new FileInfo(path);
        bool isLink = info.LinkTarget is not null;
        if (isLink && !followLinks)
            return new FileStatus(FileType.Link, 1, 0, 0);
        if (isLink)
            info = info.ResolveLinkTarget(returnFinalTarget: true)!;

        FileAttributes attributes = info.Attributes;
        if ((int)attributes == -1)
            return null;

        FileType type = attributes.HasFlag(FileAttributes.Directory) ? FileType.Directory
            : attributes.HasFlag(FileAttributes.Device) ? FileType.Other : FileType.Regular;
        return new FileStatus(type, 1, 0, 0);
    }

    /// <summary>Reads <c>struct statx</c> of Linux, which is the same on every processor, or the 64-bit <c>struct stat</c> of macOS.</summary>
    private static FileStatus Read(ReadOnlySpan<byte> status)
    {
        if (OperatingSystem.IsMacOS())
            return new FileStatus(TypeOf(Short(status, 4)), Short(status, 6), Word(status, 0), Long(status, 8));

        ulong device = ((ulong)Word(status, 136) << 32) | Word(status, 140);
        return new FileStatus(TypeOf(Short(status, 28)), Word(status, 16), device, Long(status, 32));
    }

    private static FileType TypeOf(int mode) => (mode & TypeMask) switch
    {
        RegularType => FileType.Regular,
        DirectoryType => FileType.Directory,
        LinkType => FileType.Link,
        _ => FileType.Other,
    };

    private static ushort Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
    private static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
    private static ulong Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static int Stat(string path, ref byte status) => IsX64 ? Stat64(path, ref status) : StatPlain(path, ref status);
    private static int LinkStat(string path, ref byte status) => IsX64 ? LinkStat64(path, ref status) : LinkStatPlain(path, ref status);
    private static int FileStat(SafeFileHandle file, ref byte status) => IsX64 ? FileStat64(file, ref status) : FileStatPlain(file, ref status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle file, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatPlain(string path, ref byte status);

    [LibraryImport("libc", EntryPoint = "lstat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkStatPlain(string path, ref byte status);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int FileStatPlain(SafeFileHandle file, ref byte status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat64(string path, ref byte status);

    [LibraryImport("libc", EntryPoint = "lstat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkStat64(string path, ref byte status);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int FileStat64(SafeFileHandle file, ref byte status);
}
