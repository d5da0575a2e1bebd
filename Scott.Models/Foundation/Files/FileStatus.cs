namespace Scott.Models.Foundation;

/// <summary>What is at a path, how many names it has, and its identity: two equal statuses mean the same file. Unknown numbers are 0.</summary>
internal readonly record struct FileStatus(FileType Type, uint Links, ulong Device, ulong Inode)
{
    /// <summary>Whether it is a regular file with one name: writing to it changes nothing else.</summary>
    public bool IsPlain => Type == FileType.Regular && Links <= 1;

    public string Noun => Type switch
    {
        FileType.Regular => Links > 1 ? "a file with a second name (a hard link)" : "a file",
        FileType.Directory => "a folder",
        FileType.Link => "a symbolic link",
        _ => "a pipe, a socket or a device",
    };
}

internal enum FileType
{
    Regular,
    Directory,
    Link,
    Other, // A pipe, a socket or a device: opening it can block forever.
}
