namespace Scott.Models.Foundation;

/// <summary>What .NET throws when a native library is missing or does not fit.</summary>
internal static class NativeLoadError
{
    /// <summary>Whether an exception is of this kind.</summary>
    public static bool Is(Exception exception) =>
        exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException;

    /// <summary>The loader's message without the paths that it tried: the first sentence, and the last line about a file that it found.</summary>
    public static string Reason(Exception exception)
    {
        string[] lines = exception.GetBaseException().Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string sentence = lines[0].Split(". ")[0].TrimEnd('.');
        string? found = lines.Skip(1).LastOrDefault(line => !line.EndsWith("No such file or directory", StringComparison.Ordinal));
        return found is null ? sentence : $"{sentence} ({found})";
    }
}
