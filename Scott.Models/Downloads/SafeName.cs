namespace Scott.Models.Downloads;

/// <summary>Checks names that become part of a path: ids, revisions and file names. Only lower case, because some file systems ignore case; no
/// separators, no leading dot, and no name that is special on Windows.</summary>
internal static class SafeName
{
    public const string Expected = "1 to 100 of a-z, 0-9, '.', '_' and '-', a letter or digit first and last, and no name that Windows reserves";

    private const int MaximumLength = 100;

    private static readonly HashSet<string> Reserved = new(
        ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(digit => new[] { $"com{digit}", $"lpt{digit}" })], StringComparer.Ordinal);

    public static bool IsSafe(string name) =>
        name.Length is > 0 and <= MaximumLength
        && name.All(character => IsWord(character) || character is '.' or '_' or '-')
        && IsWord(name[0])
        && IsWord(name[^1])
        && !Reserved.Contains(name.Split('.')[0]);

    /// <summary>Checks an argument that becomes a name in a path.</summary>
    public static void Require(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        if (!IsSafe(name))
            throw new ArgumentException($"'{name}' is not a safe name; expected {Expected}.", parameter);
    }

    private static bool IsWord(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character);
}
