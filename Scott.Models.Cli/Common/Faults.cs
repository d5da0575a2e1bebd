using Scott.Models.Foundation;

namespace Scott.Models.Cli;

/// <summary>The command line asks for something impossible; the message says what, for people.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The errors that a run may meet without a bug in the program, as one line each.</summary>
internal static class Faults
{
    /// <summary>What the library and the file system report; anything else is a bug of this program and keeps its stack trace.</summary>
    public static bool AreExpected(Exception exception) => exception is ScottException or IOException or UnauthorizedAccessException;

    public static string Describe(Exception exception)
    {
        string line = string.Join(' ', exception.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return exception is NativeLibraryException native && native.LibraryName.Contains("torch", StringComparison.OrdinalIgnoreCase)
            ? $"{line} For this tool: install the package for your system again, or build it with -p:ScottUsesTorch=true."
            : line;
    }
}
