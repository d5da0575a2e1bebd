namespace Scott.Models.Zoo;

/// <summary>Where a model's files lie.</summary>
public enum ManifestSourceKind
{
    /// <summary>Inside the package.</summary>
    Embedded,

    /// <summary>Beside the manifest: a folder relative to the manifest's own address.</summary>
    Relative,

    /// <summary>Under an address of its own.</summary>
    Mirror,
}
