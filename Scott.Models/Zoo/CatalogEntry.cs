namespace Scott.Models.Zoo;

/// <summary>A model and the address of the manifest that lists it; <see langword="null"/> for the embedded one.</summary>
internal sealed record CatalogEntry(ManifestModel Model, Uri? ManifestAddress);
