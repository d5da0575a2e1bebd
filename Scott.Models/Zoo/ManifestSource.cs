namespace Scott.Models.Zoo;

/// <summary>A place that holds a model's files. The address of a file is this address followed by the name of the file.</summary>
/// <param name="Kind">The kind of place.</param>
/// <param name="Address">
/// <see cref="ManifestSourceKind.Relative"/>: a folder such as <c>weights/</c>, or empty for the folder of the manifest;
/// <see cref="ManifestSourceKind.Mirror"/>: an https address that ends in a slash; <see cref="ManifestSourceKind.Hub"/>: the name of a repository;
/// <see cref="ManifestSourceKind.Embedded"/>: empty.
/// </param>
public sealed record ManifestSource(ManifestSourceKind Kind, string Address);

/// <summary>Where a model's files are.</summary>
public enum ManifestSourceKind
{
    /// <summary>Inside the package.</summary>
    Embedded,
    /// <summary>In a folder relative to the address of the manifest.</summary>
    Relative,
    /// <summary>At an absolute address.</summary>
    Mirror,
    /// <summary>In a repository of the Hugging Face Hub, in the form of timm or transformers.</summary>
    Hub,
}
