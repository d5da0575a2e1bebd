namespace Scott.Models.Datasets;

/// <summary>Reads text files, and refuses bytes that are not legal in their encoding. .NET accepts such bytes after a byte order mark.</summary>
internal static class StrictText
{
    /// <summary>The text in the encoding of its mark; without a mark it is UTF-8.</summary>
    /// <exception cref="DatasetException">The bytes are not legal. The caller makes the error.</exception>
    public static async Task<string> ReadAsync(string path, Func<Exception?, DatasetException> notText, CancellationToken cancellationToken)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(new MemoryStream(bytes));
        reader.Peek(); // Now it knows the mark.
        var strict = Encoding.GetEncoding(reader.CurrentEncoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        int start = bytes.AsSpan().StartsWith(strict.Preamble) ? strict.Preamble.Length : 0;
        try
        {
            // UTF-16 without a mark decodes as UTF-8 with a zero in every second place.
            string text = strict.GetString(bytes, start, bytes.Length - start);
            return text.Contains('\0', StringComparison.Ordinal) ? throw notText(null) : text;
        }
        catch (DecoderFallbackException exception)
        {
            throw notText(exception);
        }
    }
}
