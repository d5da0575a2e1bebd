namespace Scott.Models.Foundation;

/// <summary>What stands at a path, and which file it is: two equal statuses are of the same file.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Links">The number of its names; more than one if a hard link was made.</param>
/// <param name="Device">The file system, or 0 where that is not known.</param>
/// <param name="Inode">The file's number there, or 0 where that is not known.</param>
internal readonly record struct FileStatus(FileType Type, uint Links, ulong Device, ulong Inode)
{
    /// <summary>A regular file under one name: nothing else changes when it is written.</summary>
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

/// <summary>What can stand at a path.</summary>
internal enum FileType
{
    /// <summary>A file with content.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, a socket or a device: to open it can block for ever.</summary>
    Other,
}
