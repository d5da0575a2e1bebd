namespace Scott.Models.Foundation;

/// <summary>Limits what a message quotes from untrusted data.</summary>
internal static class Quoted
{
    public const int LongestValue = 80;
    public const int LongestFault = 500; // The description of one fault.
    public const int LongestMessage = 32_768;

    /// <summary>A text on one line, cut after <paramref name="longest"/> characters.</summary>
    public static string Value(string text, int longest = LongestValue)
    {
        string cut = Cut(text, longest, "…");
        return !cut.Any(char.IsControl) ? cut : string.Concat(cut.Select(
            character => char.IsControl(character) ? FormattableString.Invariant($"\\u{(int)character:x4}") : character.ToString()));
    }

    /// <summary>A whole message with its lines. If it is too long for a log, it is cut, and its end says how much is missing.</summary>
    public static string Message(string text) => text.Length <= LongestMessage
        ? text
        : Cut(text, LongestMessage, string.Create(CultureInfo.InvariantCulture, $"… ({text.Length - LongestMessage} more characters)"));

    /// <summary>The first names of a list, and how many more there are.</summary>
    public static string Names(IEnumerable<string> names)
    {
        const int Shown = 20;
        string[] all = [.. names];
        string first = string.Join(", ", all.Take(Shown).Select(name => Value(name)));
        return all.Length > Shown ? string.Create(CultureInfo.InvariantCulture, $"{first} and {all.Length - Shown} more") : first;
    }

    /// <summary>Cuts a text, but never between the halves of a surrogate pair.</summary>
    private static string Cut(string text, int longest, string mark) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + mark;
}
