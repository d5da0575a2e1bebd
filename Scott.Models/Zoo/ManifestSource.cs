namespace Scott.Models.Zoo;

/// <summary>A place that a model's files can be had from. A file's address is this one with the file's name behind it.</summary>
/// <param name="Kind">What kind of place.</param>
/// <param name="Address">
/// <see cref="ManifestSourceKind.Relative"/>: a folder such as <c>weights/</c>, or empty for the manifest's own;
/// <see cref="ManifestSourceKind.Mirror"/>: an https address that ends in a slash; <see cref="ManifestSourceKind.Embedded"/>: empty.
/// </param>
public sealed record ManifestSource(ManifestSourceKind Kind, string Address);
