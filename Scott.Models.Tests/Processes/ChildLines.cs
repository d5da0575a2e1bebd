namespace Scott.Models.Tests.Processes;

/// <summary>Reads what a child prints until it has said something, and the rest into nothing: a full pipe would stop it.</summary>
internal static class ChildLines
{
    public static async Task<string> FindAsync(StreamReader reader, Predicate<string> isIt, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        var lines = new List<string>();
        while (await reader.ReadLineAsync(timeout.Token) is { } line)
        {
            lines.Add(line);
            if (isIt(line))
            {
                _ = reader.ReadToEndAsync(CancellationToken.None);
                return line;
            }
        }

        throw new InvalidOperationException($"The child ended before it said what was waited for:\n{string.Join('\n', lines)}");
    }
}
