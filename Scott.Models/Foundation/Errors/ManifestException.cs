namespace Scott.Models.Foundation;

/// <summary>A weights manifest cannot be used. All faults of its content are found before this is thrown, and the first of them are listed.</summary>
public sealed class ManifestException : ScottException
{
    internal ManifestException(string source, IReadOnlyList<ManifestFault> faults, Exception? innerException = null, int? faultCount = null)
        : base(
            CappedList<ManifestFault>.Faults($"The weights manifest '{source}' cannot be used", faults, faultCount ?? faults.Count),
            innerException) =>
        (ManifestSource, Faults, FaultCount) = (source, faults, faultCount ?? faults.Count);

    /// <summary>Where the manifest came from: a file, an address without its query, or <c>embedded</c>.</summary>
    public string ManifestSource { get; }

    /// <summary>The first faults found, up to 20. Never empty.</summary>
    public IReadOnlyList<ManifestFault> Faults { get; }

    /// <summary>How many faults were found, those that <see cref="Faults"/> leaves out included.</summary>
    public int FaultCount { get; }
}

/// <summary>One thing that is wrong in a weights manifest.</summary>
/// <param name="JsonPath">Where, for example <c>models[2].files[0].sha256</c>; empty for the whole manifest.</param>
/// <param name="Reason">What was found there and what was expected.</param>
public sealed record ManifestFault(string JsonPath, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => JsonPath.Length == 0 ? Reason : $"{JsonPath} {Reason}";
}
