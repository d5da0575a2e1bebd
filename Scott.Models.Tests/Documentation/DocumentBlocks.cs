using System.Text.RegularExpressions;

namespace Scott.Models.Tests.Documentation;

/// <summary>The code blocks of a document, and the same examples in the tests' code, between <c>// NAME</c> and <c>// end</c>.</summary>
internal static partial class DocumentBlocks
{
    private const string Folder = "Documentation";

    /// <param name="document">A file of the repository.</param>
    /// <param name="language">As behind the block's opening.</param>
    public static string[] In(string document, string language) =>
        [.. CodeBlocks().Matches(Read(document)).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value)];

    /// <param name="file">A file beside this one.</param>
    /// <param name="marker">The name that opens an example.</param>
    public static string[] ExamplesIn(string file, string marker) =>
    [
        .. MarkedExamples().Matches(Read(Path.Combine("Scott.Models.Tests", Folder, file)))
            .Where(match => match.Groups[2].Value == marker)
            .Select(match => Unindent(match.Groups[3].Value, match.Groups[1].Length)),
    ];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");

    private static string Unindent(string text, int spaces) =>
        string.Concat(text.Split('\n').SkipLast(1).Select(line => (line.Length > spaces ? line[spaces..] : line.Trim()) + "\n"));

    [GeneratedRegex("```([a-z]+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"^([ ]*)// (README|[a-z-]+\.md)\n(.*?)^[ ]*// end\n", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex MarkedExamples();
}
