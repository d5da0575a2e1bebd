namespace Scott.Models.Zoo;

/// <summary>The models of several manifests, merged.</summary>
internal sealed class ModelCatalog
{
    private readonly List<CatalogEntry> _entries = [];
    private readonly List<RecalledManifest> _recalled = [];

    /// <summary>Every model, in the order of the manifests.</summary>
    public IReadOnlyList<CatalogEntry> Entries => _entries;

    /// <summary>Adds a manifest. Its entries replace those with the same id and revision, and count as newer than all others with their id.</summary>
    public void Add(WeightsManifest manifest, Uri? address, RecalledManifest? recalled = null)
    {
        var added = manifest.Models.Select(model => (model.Id, model.Revision)).ToHashSet();
        _entries.RemoveAll(old => added.Contains((old.Model.Id, old.Model.Revision)));
        _entries.AddRange(manifest.Models.Select(model => new CatalogEntry(model, address, recalled)));
        if (recalled is not null)
            _recalled.Add(recalled);
    }

    /// <summary>Finds a model in the given revision, or in the current one.</summary>
    public CatalogEntry Find(string id, string? revision)
    {
        CatalogEntry[] ofId = [.. _entries.Where(entry => entry.Model.Id == id)];
        if (ofId.Length == 0)
        {
            throw new ModelUnavailableException(
                ModelUnavailableFault.UnknownModel,
                id,
                $"No model is called '{Quoted.Value(id)}'; the manifests list {Quoted.Names(_entries.Select(entry => entry.Model.Id).Distinct())}. "
                    + $"If another manifest describes it, add that manifest to ZooOptions.Manifests.{Copies()}");
        }

        return ofId.LastOrDefault(entry => revision is null || entry.Model.Revision == revision)
            ?? throw new ModelUnavailableException(
                ModelUnavailableFault.UnknownRevision,
                id,
                $"The model '{id}' has no revision '{revision}'; the manifests list "
                    + $"{Quoted.Names(ofId.Select(entry => entry.Model.Revision))}.{Copies()}");
    }

    /// <summary>Names the manifests that were read from copies: a newer one might list the model.</summary>
    private string Copies() => string.Concat(_recalled.Select(manifest => $" {manifest}"));
}

/// <summary>A model, the address of its manifest (none for the embedded one), and the copy that it was read from, if any.</summary>
internal sealed record CatalogEntry(ManifestModel Model, Uri? ManifestAddress, RecalledManifest? Recalled = null);

/// <summary>A manifest that was read from its copy in the cache.</summary>
internal sealed record RecalledManifest(string Address, TimeSpan Age, string Reason)
{
    /// <summary>The age in the largest unit that fits.</summary>
    public string AgeText => Age switch
    {
        { TotalDays: >= 1 } => Plural.Of((long)Age.TotalDays, "day"),
        { TotalHours: >= 1 } => Plural.Of((long)Age.TotalHours, "hour"),
        { TotalMinutes: >= 1 } => Plural.Of((long)Age.TotalMinutes, "minute"),
        _ => "less than a minute",
    };

    /// <summary>The text that errors add about a model of this manifest.</summary>
    public override string ToString() => $"The manifest '{Address}' is the copy in the cache, {AgeText} old: {Reason}";
}
