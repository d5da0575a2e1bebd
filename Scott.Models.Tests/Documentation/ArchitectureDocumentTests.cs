using System.Text.RegularExpressions;

namespace Scott.Models.Tests.Documentation;

/// <summary>The map leads somewhere: every folder and file that it and the page for contributors name is there.</summary>
public sealed partial class ArchitectureDocumentTests
{
    [Theory]
    [InlineData("docs/architecture.md", 80)]
    [InlineData("CONTRIBUTING.md", 15)]
    public void Paths_Named_Exist(string document, int fewest)
    {
        string[] paths = [.. Paths().Matches(DocumentBlocks.Read(document)).Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(paths.Length >= fewest, $"{document} names only {paths.Length} paths.");
        Assert.All(paths, path => Assert.True(
            new[] { "", "Scott.Models", "Scott.Models.Tests" }.Any(below => Exists(Path.Combine(Repository.Root, below, path))),
            $"{document} names '{path}', which is not there."));
    }

    private static bool Exists(string path) => path.EndsWith('/') ? Directory.Exists(path) : Path.Exists(path);

    /// <summary>A code span that has a slash, or is the name of a file.</summary>
    [GeneratedRegex(@"`(\.?[\w.-]+(?:/[\w.-]*)+|[\w.-]+\.(?:cs|md|json|csproj|txt))`")]
    private static partial Regex Paths();
}
