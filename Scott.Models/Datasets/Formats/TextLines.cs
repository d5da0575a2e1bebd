using System.Text;

namespace Scott.Models.Datasets;

/// <summary>Reads a dataset's text files.</summary>
internal static class TextLines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text.</summary>
    /// <exception cref="DatasetFormatException">The file is not UTF-8.</exception>
    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, Strict, cancellationToken).ConfigureAwait(false);
        }
        catch (DecoderFallbackException exception)
        {
            throw new DatasetFormatException(path, DatasetFault.MalformedText, "it is not UTF-8 text. Fetch it again.", exception);
        }
    }

    /// <summary>The lines without blanks around them, each with its number from 1; empty ones are left out.</summary>
    public static async Task<IReadOnlyList<(int Line, string Text)>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string text = await ReadTextAsync(path, cancellationToken).ConfigureAwait(false);
        return [.. text.Split('\n').Select((line, i) => (i + 1, line.Trim())).Where(line => line.Item2.Length > 0)];
    }

    /// <summary>A class's name in each line.</summary>
    /// <exception cref="DatasetFormatException">There is none, or one twice.</exception>
    public static async Task<IReadOnlyList<string>> ReadClassNamesAsync(string path, CancellationToken cancellationToken)
    {
        IReadOnlyList<(int Line, string Text)> lines = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((int line, string name) in lines)
        {
            if (!seen.TryAdd(name, line))
            {
                throw new DatasetFormatException(path, DatasetFault.DuplicateClass, $"the class '{name}' stands in line {seen[name]}, too; expected each once.", line: line);
            }
        }

        return lines.Count > 0
            ? [.. lines.Select(line => line.Text)]
            : throw new DatasetFormatException(path, DatasetFault.EmptyClass, "it names no class; expected a name in each line.");
    }
}
