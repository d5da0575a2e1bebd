using System.Net;
using System.Text.RegularExpressions;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Documentation;

/// <summary><c>docs/cli.md</c> has what <c>scott COMMAND --help</c> prints for every command.</summary>
public sealed partial class CommandReferenceTests
{
    private const string Document = "docs/cli.md";

    /// <summary>The test writes the page instead of comparing it when this environment variable is 1.</summary>
    private const string Write = "SCOTT_WRITE_INDEX";

    private const string Commands = "Commands:";
    private const string Options = "Options:";

    /// <summary>The sections of a help text that become tables.</summary>
    private static readonly string[] Tables = [Commands, "Arguments:", Options];

    /// <summary>The options that every command has: they are listed once, at the top.</summary>
    private static readonly string[] Shared = ["-?, -h, --help", "--json", "-q, --quiet"];

    [Fact]
    public async Task Reference_OfTheCommands_IsUpToDate()
    {
        string root = await HelpAsync();
        string expected = Header + string.Concat(Rows(root, Options))
            + $"\n`--version` belongs to `scott` alone.\n\n```text\n{ExitCodes(root)}\n```\n"
            + string.Concat(await Task.WhenAll(NamesOf(root).Select(name => SectionAsync(name))));
        if (Environment.GetEnvironmentVariable(Write) == "1")
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, Document), expected, TestContext.Current.CancellationToken);

        Assert.True(
            expected == DocumentBlocks.Read(Document),
            $"{Document} does not agree with the commands. Run this test with {Write}=1 to write the page again.");
    }

    private static string Header =>
        """
        # Commands

        Every command of `scott`, as `scott COMMAND --help` prints it. The [README](../README.md#command-line) says how to install the tool. A test
        keeps this page up to date: `SCOTT_WRITE_INDEX=1 dotnet test -c Release --filter-class "*CommandReferenceTests"` writes it again.

        Results go to standard output, everything else to standard error. Beside the vectors in `NAME.npy` or `NAME.csv`, `scott embed` writes what
        made them, as `NAME.npy.fingerprint.json` or `NAME.csv.fingerprint.json`, for your own code to compare. An index and the folder of a job hold
        the same, and `scott search` refuses an image whose vector cannot be compared with theirs.

        ## What all commands share


        """.ReplaceLineEndings("\n");

    /// <summary>A command, then the commands below it.</summary>
    private static async Task<string> SectionAsync(params string[] command)
    {
        string help = await HelpAsync(command);
        IEnumerable<string> tables = Tables.Select(table => string.Concat(Rows(help, table))).Where(rows => rows.Length > 0);
        string examples = Examples().Match(help) is { Success: true } found
            ? $"\n```text\n{Indent().Replace(found.Groups["text"].Value, string.Empty).TrimEnd()}\n```\n" : string.Empty;
        string[] below = await Task.WhenAll(NamesOf(help).Select(name => SectionAsync([.. command, name])));
        return $"\n## scott {string.Join(' ', command)}\n\n{Description().Match(help).Groups["text"].Value.Trim()}\n\n"
            + $"{string.Join('\n', tables)}{examples}{string.Concat(below)}";
    }

    private static async Task<string> HelpAsync(params string[] command)
    {
        ChildResult result = await BuiltProgram.Tool.RunAsync([.. command, "--help"]);
        BuiltProgram.AssertExit(0, result);
        return result.Output.ReplaceLineEndings("\n");
    }

    private static IEnumerable<string> NamesOf(string help) => Entries(help, Commands).Select(entry => entry.Name.Split(' ')[0]);

    private static string ExitCodes(string help) => help[help.IndexOf("Exit codes:", StringComparison.Ordinal)..].TrimEnd();

    /// <summary>A table of a section; nothing if the help text has no such section.</summary>
    private static IEnumerable<string> Rows(string help, string section)
    {
        bool isOfRoot = section == Options && NamesOf(help).Contains("doctor");
        (string Name, string Text)[] entries =
            [.. Entries(help, section).Where(entry => section != Options || isOfRoot || !Shared.Contains(entry.Name))];
        string kind = section.TrimEnd(':', 's').ToLowerInvariant();
        return entries.Length == 0
            ? []
            : [$"| {kind} | |\n|---|---|\n", .. entries.Select(entry => $"| {Code(entry.Name)} | {Escape(entry.Text)} |\n")];
    }

    private static IEnumerable<(string Name, string Text)> Entries(string help, string section)
    {
        int at = help.IndexOf($"\n{section}\n", StringComparison.Ordinal);
        string text = at < 0 ? string.Empty : help[(at + section.Length + 2)..].Split("\n\n")[0];
        return Entry().Matches(text).Select(match => (match.Groups["name"].Value, match.Groups["text"].Value));
    }

    /// <summary>Between backticks, not every reader of Markdown takes a backslash before a bar away.</summary>
    private static string Code(string text) => $"<code>{WebUtility.HtmlEncode(text).Replace("|", "&#124;", StringComparison.Ordinal)}</code>";

    /// <summary>What Markdown would read as a tag or as emphasis stays as it is.</summary>
    private static string Escape(string text) => Marks().Replace(text, @"\$0");

    /// <summary>A name, at least two spaces, and what it means.</summary>
    [GeneratedRegex(@"^  (?<name>\S+(?: \S+)*)  +(?<text>\S.*)$", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\ADescription:\n(?<text>.*?)\n\n", RegexOptions.Singleline)]
    private static partial Regex Description();

    [GeneratedRegex(@"\nExamples:\n(?<text>.*?)\nExit codes:", RegexOptions.Singleline)]
    private static partial Regex Examples();

    [GeneratedRegex(@"[|*<\\]")]
    private static partial Regex Marks();

    [GeneratedRegex("^  ", RegexOptions.Multiline)]
    private static partial Regex Indent();
}
