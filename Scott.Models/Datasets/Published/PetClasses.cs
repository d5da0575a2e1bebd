namespace Scott.Models.Datasets;

/// <summary>The names that the lists of pets give their class numbers, one to one.</summary>
internal sealed class PetClasses
{
    public const int Count = 37;

    private readonly Dictionary<int, string> _names = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <exception cref="DatasetFormatException">The number has another name already, or the name another number.</exception>
    public void Add(PetEntry entry, string path)
    {
        string name = entry.Name[..entry.Name.LastIndexOf('_')];
        _names.TryAdd(entry.ClassId, name);
        _ids.TryAdd(name, entry.ClassId);
        if (_names[entry.ClassId] != name || _ids[name] != entry.ClassId)
        {
            throw new DatasetFormatException(
                path,
                DatasetFault.DuplicateClass,
                _names[entry.ClassId] != name
                    ? $"class {entry.ClassId} is '{name}' here and '{_names[entry.ClassId]}' above; expected one name for each."
                    : $"'{name}' is class {entry.ClassId} here and {_ids[name]} above; expected one number for each.",
                line: entry.Line);
        }
    }

    /// <summary>The names in the order of the numbers.</summary>
    /// <exception cref="DatasetFormatException">A number before the last is not used.</exception>
    public IReadOnlyList<string> Names(string path)
    {
        int last = _names.Keys.DefaultIfEmpty().Max();
        int[] empty = [.. Enumerable.Range(1, last).Where(id => !_names.ContainsKey(id))];
        return empty.Length == 0
            ? [.. Enumerable.Range(1, last).Select(id => _names[id])]
            : throw new DatasetFormatException(path, DatasetFault.EmptyClass, $"no image is of class {string.Join(", ", empty)}; expected some of each from 1 to {last}.");
    }
}
