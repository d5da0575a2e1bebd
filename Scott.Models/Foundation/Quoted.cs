namespace Scott.Models.Foundation;

/// <summary>Limits what a message quotes from untrusted data.</summary>
internal static class Quoted
{
    /// <summary>The longest value that a message quotes.</summary>
    public const int LongestValue = 80;

    /// <summary>The longest description of one fault.</summary>
    public const int LongestFault = 500;

    /// <summary>The longest message of an error.</summary>
    public const int LongestMessage = 32_768;

    /// <summary>How many names of a list a message shows.</summary>
    public const int NamesShown = 20;

    /// <summary>A text on one line, cut after so many characters.</summary>
    public static string Value(string text, int longest = LongestValue)
    {
        string cut = Cut(text, longest, "…");
        if (!cut.Any(char.IsControl))
            return cut;

        var line = new StringBuilder(cut.Length);
        foreach (char character in cut)
            _ = char.IsControl(character) ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : line.Append(character);

        return line.ToString();
    }

    /// <summary>A whole message. Its lines stay; what is too long for a log is cut off, and the message says so.</summary>
    public static string Message(string text) => text.Length <= LongestMessage
        ? text
        : Cut(text, LongestMessage, string.Create(CultureInfo.InvariantCulture, $"… ({text.Length - LongestMessage} more characters)"));

    /// <summary>The first names of a list, and how many more there are.</summary>
    public static string Names(IEnumerable<string> names)
    {
        List<string> shown = [];
        int count = 0;
        foreach (string name in names)
        {
            if (count++ < NamesShown)
                shown.Add(Value(name));
        }

        string text = string.Join(", ", shown);
        return count > shown.Count ? string.Create(CultureInfo.InvariantCulture, $"{text} and {count - shown.Count} more") : text;
    }

    /// <summary>A surrogate pair is not cut in two.</summary>
    private static string Cut(string text, int longest, string mark) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + mark;
}
