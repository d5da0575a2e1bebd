namespace Scott.Models.Errors;

/// <summary>A weights manifest cannot be used. All faults of its content are found before this is thrown, and all are listed.</summary>
public sealed class ManifestException : ScottException
{
    internal ManifestException(string source, IReadOnlyList<ManifestFault> faults, Exception? innerException = null)
        : base(Describe(source, faults), innerException)
    {
        ManifestSource = source;
        Faults = faults;
    }

    /// <summary>Where the manifest came from: a file, an address, or <c>embedded</c>.</summary>
    public string ManifestSource { get; }

    /// <summary>Every fault found. Never empty.</summary>
    public IReadOnlyList<ManifestFault> Faults { get; }

    private static string Describe(string source, IReadOnlyList<ManifestFault> faults) =>
        faults.Count == 1
            ? $"The weights manifest '{source}' cannot be used: {faults[0]}"
            : $"The weights manifest '{source}' cannot be used, {faults.Count} faults:{Environment.NewLine}- "
                + string.Join(Environment.NewLine + "- ", faults);
}
