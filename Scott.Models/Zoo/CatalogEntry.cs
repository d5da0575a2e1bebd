namespace Scott.Models.Zoo;

/// <summary>A model and where the manifest that lists it came from.</summary>
/// <param name="Model">The model.</param>
/// <param name="ManifestAddress">The manifest's address; <see langword="null"/> for the embedded one.</param>
/// <param name="Recalled">Says that the manifest is the cache's copy, if it is.</param>
internal sealed record CatalogEntry(ManifestModel Model, Uri? ManifestAddress, RecalledManifest? Recalled = null);
