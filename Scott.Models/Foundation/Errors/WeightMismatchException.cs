namespace Scott.Models.Foundation;

/// <summary>A set of weights does not fit the architecture it was given for. Nothing was loaded.</summary>
public sealed class WeightMismatchException : ScottException
{
    internal const int NamesShown = 10;

    internal WeightMismatchException(
        string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> mismatched)
        : base(Describe(source, missing, unexpected, mismatched))
    {
        Missing = missing;
        Unexpected = unexpected;
        Mismatched = mismatched;
    }

    /// <summary>Names that the architecture needs and the weights lack.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Names that the weights hold and the architecture does not know.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>Names whose shape differs, each with the actual and the expected shape.</summary>
    public IReadOnlyList<string> Mismatched { get; }

    private static string Describe(
        string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> mismatched)
    {
        var text = new StringBuilder($"The weights of {source} do not fit the architecture.");
        Append(text, "missing", missing);
        Append(text, "unexpected", unexpected);
        Append(text, "of another shape", mismatched);
        return text.Append(" Give the architecture that these weights were trained with.").ToString();
    }

    private static void Append(StringBuilder text, string what, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return;

        text.Append(' ').Append(names.Count).Append(' ').Append(what).Append(": ").AppendJoin(", ", names.Take(NamesShown));
        text.Append(names.Count > NamesShown ? $", and {names.Count - NamesShown} more." : ".");
    }
}
