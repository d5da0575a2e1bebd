namespace Scott.Models.Zoo;

/// <summary>A place that holds a model's files. A file's address is this one followed by the file's name.</summary>
/// <param name="Kind">The kind of place.</param>
/// <param name="Address">
/// <see cref="ManifestSourceKind.Relative"/>: a folder such as <c>weights/</c>, or empty for the manifest's own;
/// <see cref="ManifestSourceKind.Mirror"/>: an https address that ends in a slash; <see cref="ManifestSourceKind.Embedded"/>: empty.
/// </param>
public sealed record ManifestSource(ManifestSourceKind Kind, string Address);

/// <summary>Where a model's files are.</summary>
public enum ManifestSourceKind
{
    /// <summary>Inside the package.</summary>
    Embedded,
    /// <summary>Beside the manifest: a folder relative to the manifest's own address.</summary>
    Relative,
    /// <summary>At an address of its own.</summary>
    Mirror,
}
