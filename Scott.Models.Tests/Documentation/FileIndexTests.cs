using System.Text.RegularExpressions;

namespace Scott.Models.Tests.Documentation;

/// <summary>Each source file says in its first comment what it is for, and <c>docs/files.md</c> lists these sentences.</summary>
public sealed partial class FileIndexTests
{
    private const string Document = "docs/files.md";

    /// <summary>The test writes the page instead of comparing it when this environment variable is 1.</summary>
    private const string Write = "SCOTT_WRITE_INDEX";

    /// <summary>The last summary before the line that declares a type.</summary>
    private const string SummaryOfType =
        @"/// <summary>(?<text>(?:(?!<summary>).)*?)</summary>(?:(?!<summary>).)*?"
        + @"\n[^/\n]*\b(?:class|struct|interface|enum|record|delegate) (?:\w+ )?TYPE\b";

    private static readonly string[] Roots = ["Scott.Models", "Scott.Models.Cli", "samples", "benchmarks"];
    private static readonly string[] Extensions = [".cs", ".js", ".css", ".proto"];
    private static readonly string[] Built = ["bin", "obj", "artifacts"];

    [Fact]
    public async Task Index_OfTheSource_IsUpToDate()
    {
        string expected = Header + string.Concat(Roots.SelectMany(root => Section(Path.Combine(Repository.Root, root))));
        if (Environment.GetEnvironmentVariable(Write) == "1")
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, Document), expected, TestContext.Current.CancellationToken);

        Assert.True(
            expected == DocumentBlocks.Read(Document),
            $"{Document} does not agree with the source files. Run this test with {Write}=1 to write the page again.");
    }

    private static string Header =>
        """
        # Files

        Every source file, and the first sentence of its documentation. [architecture.md](architecture.md) explains the folders. The tests have the
        same folders. A test keeps this page up to date: `SCOTT_WRITE_INDEX=1 dotnet test -c Release --filter-class "*FileIndexTests"` writes it
        again.

        """.ReplaceLineEndings("\n");

    /// <summary>A heading and a line for each file of a folder, then the folders in it.</summary>
    private static IEnumerable<string> Section(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder)
            .Where(path => Extensions.Contains(Path.GetExtension(path)))
            .Order(StringComparer.Ordinal)];
        if (files.Length > 0)
        {
            string name = Path.GetRelativePath(Repository.Root, folder).Replace('\\', '/');
            yield return $"\n## {name}\n\n{string.Concat(files.Select(path => $"- `{Path.GetFileName(path)}`: {Purpose(path)}\n"))}";
        }

        foreach (string child in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (Built.Contains(Path.GetFileName(child)))
                continue;

            foreach (string section in Section(child))
                yield return section;
        }
    }

    /// <summary>The first sentence of the comment that the file starts with, otherwise of the summary of the type that it is named after, otherwise
    /// of its first summary.</summary>
    private static string Purpose(string path)
    {
        string source = File.ReadAllText(path).ReplaceLineEndings("\n");
        string type = Regex.Escape(Path.GetFileName(path).Split('.')[0]);
        Match comment = new[]
        {
            Comments().Match(source),
            Regex.Match(source, SummaryOfType.Replace("TYPE", type, StringComparison.Ordinal), RegexOptions.Singleline),
            Summaries().Match(source),
        }.FirstOrDefault(match => match.Success, Match.Empty);
        Assert.True(comment.Success, $"{path} does not say what it is for. Start it with a comment, or give its type a summary.");
        string text = Names().Replace(Markers().Replace(comment.Groups["text"].Value, " "), "`${name}`");
        text = Spaces().Replace(Tags().Replace(text, string.Empty), " ").Trim().Replace("&lt;", "<", StringComparison.Ordinal);
        return Sentences().Match(text).Value;
    }

    /// <summary>The comment that a file starts with.</summary>
    [GeneratedRegex(@"\A(?:(?<text>(?:// .*\n)+)|/\* (?<text>.*?) \*/)")]
    private static partial Regex Comments();

    [GeneratedRegex(@"/// <summary>(?<text>.*?)</summary>", RegexOptions.Singleline)]
    private static partial Regex Summaries();

    [GeneratedRegex(@"(^|\n)[ ]*//+")]
    private static partial Regex Markers();

    /// <summary>Tags that name something, and code.</summary>
    [GeneratedRegex(@"<(?:see|paramref|typeparamref) (?:cref|name|langword)=""(?:\w+\.)*(?<name>\w+)[^""]*"" ?/>|<c>(?<name>[^<]*)</c>")]
    private static partial Regex Names();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    /// <summary>Up to a full stop that ends a sentence, or all.</summary>
    [GeneratedRegex(@"^.*?(?:[.](?=\s[A-Z])|$)")]
    private static partial Regex Sentences();
}
