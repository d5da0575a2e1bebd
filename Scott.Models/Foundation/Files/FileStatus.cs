namespace Scott.Models.Foundation;

/// <summary>What is at a path, and which file it is: equal statuses are of the same file.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Links">The number of its names; a hard link adds one.</param>
/// <param name="Device">The file system, or 0 where that is not known.</param>
/// <param name="Inode">The file's number there, or 0 where that is not known.</param>
internal readonly record struct FileStatus(FileType Type, uint Links, ulong Device, ulong Inode)
{
    /// <summary>A regular file with one name: writing it changes nothing else.</summary>
    public bool IsPlain => Type == FileType.Regular && Links <= 1;

    /// <summary>What it is, for people.</summary>
    public string Noun => Type switch
    {
        FileType.Regular => Links > 1 ? "a file with a second name (a hard link)" : "a file",
        FileType.Directory => "a folder",
        FileType.Link => "a symbolic link",
        _ => "a pipe, a socket or a device",
    };
}

/// <summary>What can be at a path.</summary>
internal enum FileType
{
    Regular,
    Directory,
    Link,

    /// <summary>A pipe, a socket or a device: opening it can block forever.</summary>
    Other,
}
