namespace Scott.Models.Foundation;

/// <summary>The ways a dataset's archive can be refused.</summary>
public enum DatasetArchiveFault
{
    /// <summary>The file has another number of bytes than the published one.</summary>
    WrongSize,

    /// <summary>The file's MD5 sum is not the published one.</summary>
    WrongChecksum,

    /// <summary>The compressed data or the archive's structure is damaged, or ends early.</summary>
    Corrupt,

    /// <summary>An entry's path leads out of the folder to unpack into.</summary>
    PathOutsideFolder,

    /// <summary>An entry is neither a file nor a folder: a link, a device.</summary>
    UnsupportedEntry,

    /// <summary>An entry's name is not a plain name on every system, or stands for a file where another entry or the folder has something else.</summary>
    UnsafeName,
}
