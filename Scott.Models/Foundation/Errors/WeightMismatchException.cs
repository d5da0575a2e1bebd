namespace Scott.Models.Foundation;

/// <summary>A set of weights does not fit the architecture it was given for. Nothing was loaded.</summary>
public sealed class WeightMismatchException : ScottException
{
    internal WeightMismatchException(
        string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> mismatched)
        : base(Describe(source, missing, unexpected, mismatched)) =>
        (Missing, Unexpected, Mismatched) = (missing, unexpected, mismatched);

    /// <summary>Names that the architecture needs and the weights lack.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Names that the weights hold and the architecture does not know.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>Names whose shape differs, each with the actual and the expected shape.</summary>
    public IReadOnlyList<string> Mismatched { get; }

    private static string Describe(
        string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> mismatched) =>
        $"The weights of {source} do not fit the architecture.{Named("missing", missing)}{Named("unexpected", unexpected)}"
            + $"{Named("of another shape", mismatched)} Give the architecture that these weights were trained with.";

    private static string Named(string what, IReadOnlyList<string> names)
    {
        const int Shown = 10;
        string more = names.Count > Shown ? FormattableString.Invariant($", and {names.Count - Shown} more") : string.Empty;
        return names.Count == 0 ? string.Empty : FormattableString.Invariant($" {names.Count} {what}: {string.Join(", ", names.Take(Shown))}{more}.");
    }
}
