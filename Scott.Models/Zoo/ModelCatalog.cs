using Scott.Models.Errors;

namespace Scott.Models.Zoo;

/// <summary>The models of several manifests, merged.</summary>
internal sealed class ModelCatalog
{
    private readonly List<CatalogEntry> _entries = [];

    /// <summary>Every model, in the order of the manifests.</summary>
    public IReadOnlyList<CatalogEntry> Entries => _entries;

    /// <summary>Adds a manifest, whose entries replace earlier ones of the same id and revision and count as newer than all others of their id.</summary>
    public void Add(WeightsManifest manifest, Uri? address)
    {
        _entries.RemoveAll(old => manifest.Models.Any(model => (model.Id, model.Revision) == (old.Model.Id, old.Model.Revision)));
        _entries.AddRange(manifest.Models.Select(model => new CatalogEntry(model, address)));
    }

    /// <summary>The model of that id in that revision, or in the current one.</summary>
    public CatalogEntry Find(string id, string? revision)
    {
        CatalogEntry[] ofId = [.. _entries.Where(entry => entry.Model.Id == id)];
        if (ofId.Length == 0)
        {
            throw new ModelUnavailableException(
                ModelUnavailability.UnknownModel,
                id,
                $"No model is called '{id}'; the manifests list {string.Join(", ", _entries.Select(entry => entry.Model.Id).Distinct())}. "
                    + "Models of another manifest need it in ZooOptions.Manifests.");
        }

        return ofId.LastOrDefault(entry => revision is null || entry.Model.Revision == revision)
            ?? throw new ModelUnavailableException(
                ModelUnavailability.UnknownRevision,
                id,
                $"The model '{id}' has no revision '{revision}'; the manifests list {string.Join(", ", ofId.Select(entry => entry.Model.Revision))}.");
    }
}
