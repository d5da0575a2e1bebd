namespace Scott.Models.Foundation;

/// <summary>Something that is not a file of ours has the name of one. Leaves the library as a typed error.</summary>
internal sealed class NotPlainFileException(string path, FileStatus found)
    : IOException($"'{path}' is {found.Noun}; expected a regular file. Remove it and call again.");
