namespace Scott.Models;

/// <summary>A native library that a call needs is missing or does not load.</summary>
public sealed class NativeLibraryException : ScottException
{
    internal NativeLibraryException(
        string libraryName, string packageToAdd, IReadOnlyList<string> searchedFolders, string message, Exception? innerException = null)
        : base(message, innerException) =>
        (LibraryName, PackageToAdd, SearchedFolders) = (libraryName, packageToAdd, searchedFolders);

    /// <summary>The library that is missing or does not load.</summary>
    public string LibraryName { get; }

    /// <summary>The NuGet package that contains the library. Add it to the app.</summary>
    public string PackageToAdd { get; }

    /// <summary>The folders that were searched, in order.</summary>
    public IReadOnlyList<string> SearchedFolders { get; }
}
