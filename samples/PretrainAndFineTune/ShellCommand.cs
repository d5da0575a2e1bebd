using System.Buffers;

namespace PretrainAndFineTune;

/// <summary>The command line that starts this program, to be pasted into a shell in the same folder.</summary>
internal static class ShellCommand
{
    /// <summary>What no shell here takes for anything else.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=.:/" + (OperatingSystem.IsWindows() ? @"\" : string.Empty));

    /// <param name="arguments">What follows the program.</param>
    public static string Of(IEnumerable<string> arguments) => string.Join(' ', Program().Concat(arguments).Select(Quote));

    /// <summary>This very program: <c>dotnet run</c> would build it anew, perhaps in another configuration.</summary>
    private static IEnumerable<string> Program()
    {
        string process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? ["dotnet", Environment.GetCommandLineArgs()[0]] : [process];
    }

    public static string Quote(string argument)
    {
        if (argument.Length > 0 && !argument.AsSpan().ContainsAnyExcept(Plain))
        {
            return argument;
        }

        return OperatingSystem.IsWindows() ? $"\"{argument}\"" : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
