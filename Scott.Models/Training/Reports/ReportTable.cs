namespace Scott.Models.Training;

/// <summary>A table. The first cell of a row names it.</summary>
internal sealed record ReportTable
{
    /// <param name="title">What it lists.</param>
    /// <param name="header">What each column holds.</param>
    /// <param name="rows">Each as long as the header.</param>
    public ReportTable(string title, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Count != header.Count)
            {
                throw new ArgumentException($"Row {i} of '{title}' has {Plural.Of(rows[i].Count, "cell")}; expected {header.Count}, one for each column.", nameof(rows));
            }
        }

        (Title, Header, Rows) = (title, header, rows);
    }

    public string Title { get; }

    public IReadOnlyList<string> Header { get; }

    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }
}
