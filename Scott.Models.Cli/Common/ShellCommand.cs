using System.Buffers;
using System.CommandLine;

namespace Scott.Models.Cli;

/// <summary>A command line of this program, to be pasted into a shell in the same folder.</summary>
internal static class ShellCommand
{
    public const string Name = "scott";

    /// <summary>The characters that no shell here treats as special.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=.:/" + (OperatingSystem.IsWindows() ? @"\" : string.Empty));

    /// <summary>The command line that was typed.</summary>
    public static string Of(ParseResult result) => Of(result.Tokens.Select(token => token.Value));

    /// <param name="arguments">What follows the program.</param>
    public static string Of(IEnumerable<string> arguments) => string.Join(' ', Program().Concat(arguments).Select(Quote));

    /// <summary>This very program; <c>dotnet run</c> would build it again, perhaps in another configuration.</summary>
    private static IEnumerable<string> Program()
    {
        string process = Environment.ProcessPath!;
        if (Path.GetFileNameWithoutExtension(process) == "dotnet")
            return ["dotnet", Environment.GetCommandLineArgs()[0]];

        // As the installed tool, in a folder that the shell searches, its name is enough.
        string[] searched = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        string? first = searched.Select(folder => Path.Combine(folder, Path.GetFileName(process))).FirstOrDefault(File.Exists);
        return first is not null && Path.GetFullPath(first) == process ? [Name] : [process];
    }

    public static string Quote(string argument)
    {
        if (argument.Length > 0 && !argument.AsSpan().ContainsAnyExcept(Plain))
            return argument;

        if (!OperatingSystem.IsWindows())
            return $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";

        // A single backslash before the closing quote would keep it open.
        return $"\"{argument}{new string('\\', argument.Length - argument.TrimEnd('\\').Length)}\"";
    }
}
