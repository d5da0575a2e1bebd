namespace Scott.Models;

/// <summary>A weights manifest cannot be used. The whole content is checked first; the error lists the first faults.</summary>
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

    /// <summary>The number of faults found, including those that <see cref="Faults"/> leaves out.</summary>
    public int FaultCount { get; }
}

/// <summary>One thing that is wrong in a weights manifest.</summary>
/// <param name="JsonPath">The path of the fault, for example <c>models[2].files[0].sha256</c>; empty for the whole manifest.</param>
/// <param name="Reason">What was found and what was expected.</param>
public sealed record ManifestFault(string JsonPath, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => JsonPath.Length == 0 ? Reason : $"{JsonPath} {Reason}";
}
