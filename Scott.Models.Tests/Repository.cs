namespace Scott.Models.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "Scott.Models.sln"))
        ? folder
        : Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) is { } parent ? Find(parent)
        : throw new InvalidOperationException("Scott.Models.sln was not found.");
}
