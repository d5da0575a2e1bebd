using System.Text.RegularExpressions;

namespace Scott.Models.Tests.Documentation;

/// <summary>Links among the repository's documents lead somewhere: to a file that is there, and to a heading that it has.</summary>
public sealed partial class DocumentLinkTests
{
    public static TheoryData<string> Documents =>
    [
        "README.md",
        "CONTRIBUTING.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_All_LeadToAFileAndAHeading(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        foreach (string link in Links().Matches(DocumentBlocks.Read(document)).Select(match => match.Groups[1].Value))
        {
            if (link.Contains("://", StringComparison.Ordinal))
                continue;

            string[] parts = link.Split('#');
            string target = parts[0].Length == 0 ? Path.Combine(Repository.Root, document) : Path.GetFullPath(Path.Combine(folder, parts[0]));
            Assert.True(File.Exists(target), $"{document} links to {link}, which is not there.");
            if (parts.Length > 1)
            {
                string text = File.ReadAllText(target).ReplaceLineEndings("\n");
                Assert.Contains(parts[1], Headings().Matches(text).Select(match => Slug(match.Groups[1].Value)));
            }
        }
    }

    /// <summary>A figure that is measured last is first written as a mark.</summary>
    [Theory]
    [MemberData(nameof(Documents))]
    public void Text_HasNoMarkOfAMissingFigure(string document) =>
        Assert.DoesNotContain("@@", File.ReadAllText(Path.Combine(Repository.Root, document)), StringComparison.Ordinal);

    /// <summary>A heading's anchor, as GitHub makes it.</summary>
    private static string Slug(string heading) => NotInSlug().Replace(heading.ToLowerInvariant(), string.Empty).Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInSlug();
}
