using System.Text;

namespace Scott.Models.Datasets;

/// <summary>Takes comma-separated text, or text with another separator, apart as RFC 4180 says; lines may also end in a line feed alone, and empty lines are passed over.</summary>
internal sealed class CsvReader(string text, string name, char separator = CsvSeparator.Default)
{
    private int _at;
    private int _line = 1;

    private bool IsAtEnd => _at == text.Length;

    /// <summary>The rows, each with the line that it begins in, from 1.</summary>
    /// <exception cref="DatasetException">A quote is not closed, or stands where none may.</exception>
    public IEnumerable<(int Line, string[] Fields)> ReadRows()
    {
        while (!IsAtEnd)
        {
            if (TryTakeLineEnd())
            {
                continue;
            }

            int line = _line;
            List<string> fields = [ReadField()];
            while (TryTake(separator))
            {
                fields.Add(ReadField());
            }

            if (!IsAtEnd && !TryTakeLineEnd())
            {
                throw new DatasetException(name, $"after a closing quote stands '{text[_at]}'; expected {(separator == '\t' ? "a tab" : $"'{separator}'")} or the line's end. Double a quote that is part of a field.", line: _line);
            }

            yield return (line, [.. fields]);
        }
    }

    private string ReadField() => TryTake('"') ? ReadQuoted() : ReadPlain();

    private string ReadPlain()
    {
        int length = text.AsSpan(_at).IndexOfAny([separator, '\r', '\n', '"']);
        string field = text.Substring(_at, length < 0 ? text.Length - _at : length);
        _at += field.Length;
        return IsAtEnd || text[_at] != '"'
            ? field
            : throw new DatasetException(name, $"a quote stands inside the field '{field}…'; expected the whole field in quotes, and the quote doubled.", line: _line);
    }

    private string ReadQuoted()
    {
        int opened = _line;
        var field = new StringBuilder();
        while (!IsAtEnd)
        {
            char next = text[_at++];
            if (next == '"' && !TryTake('"'))
            {
                return field.ToString();
            }

            _line += next == '\n' || (next == '\r' && (IsAtEnd || text[_at] != '\n')) ? 1 : 0;
            field.Append(next);
        }

        throw new DatasetException(name, "a quote is opened and never closed.", line: opened);
    }

    private bool TryTake(char wanted)
    {
        if (IsAtEnd || text[_at] != wanted)
        {
            return false;
        }

        _at++;
        return true;
    }

    private bool TryTakeLineEnd()
    {
        // A carriage return alone ends a line, too; before a line feed it is part of the same end.
        if (!TryTake('\r') & !TryTake('\n'))
        {
            return false;
        }

        _line++;
        return true;
    }
}
