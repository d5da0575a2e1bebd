using Scott.Models;

namespace ImageSearch;

/// <summary>The errors that a run may meet without a bug in the program, as one line each.</summary>
internal static class Faults
{
    /// <summary>What the library and the file system say; anything else is a fault of this program and keeps its stack trace.</summary>
    public static bool AreExpected(Exception exception) => exception is ScottException or IOException or UnauthorizedAccessException;

    public static string Describe(Exception exception) =>
        string.Join(' ', exception.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
