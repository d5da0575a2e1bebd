namespace Scott.Models;

/// <summary>A set of weights does not fit its architecture. Nothing was loaded.</summary>
public sealed class WeightMismatchException : ScottException
{
    internal WeightMismatchException(
        string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> mismatched)
        : base(Describe(source, missing, unexpected, mismatched)) =>
        (Missing, Unexpected, Mismatched) = (missing, unexpected, mismatched);

    /// <summary>Names of tensors that the architecture needs and the weights lack.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Names of tensors in the weights that the architecture does not have.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>Names of tensors with a wrong shape or element type, each with the actual and the expected one.</summary>
    public IReadOnlyList<string> Mismatched { get; }

    private static string Describe(
        string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> mismatched) =>
        $"The weights of {source} do not fit the architecture.{Named("missing", missing)}{Named("unexpected", unexpected)}"
            + $"{Named("with another shape or element type", mismatched)} Give the architecture that these weights were trained with.";

    private static string Named(string what, IReadOnlyList<string> names)
    {
        const int Shown = 10;
        string more = names.Count > Shown ? FormattableString.Invariant($", and {names.Count - Shown} more") : string.Empty;
        return names.Count == 0 ? string.Empty : FormattableString.Invariant($" {names.Count} {what}: {string.Join(", ", names.Take(Shown))}{more}.");
    }
}
