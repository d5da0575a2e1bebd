namespace Scott.Models.Datasets;

/// <summary>A list of pets. A line has an image's name, its class from 1, and two unused numbers. <c>#</c> starts a comment line.</summary>
internal sealed class PetList
{
    private const int Columns = 4;

    private readonly string _images;
    private readonly List<PetEntry> _entries = [];
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    private PetList(string path, string images) => (Path, _images) = (path, images);

    public string Path { get; }

    /// <exception cref="DatasetFormatException">A line is wrong, or names an image that is listed already or does not exist.</exception>
    public static async Task<PetList> ReadAsync(string path, string images, PetClasses classes, CancellationToken cancellationToken)
    {
        var list = new PetList(path, images);
        IEnumerable<(int Line, string Text)> lines = await PublishedFiles.ReadLinesAsync(path, cancellationToken).ConfigureAwait(false);
        foreach ((int line, string text) in lines.Where(line => !line.Text.StartsWith('#')))
        {
            PetEntry entry = list.Parse(line, text);
            list.Add(entry);
            classes.Add(entry, path);
        }

        return list._entries.Count > 0
            ? list
            : throw new DatasetFormatException(path, DatasetFault.NoImages, "it lists no image; expected lines of a name and three numbers.");
    }

    /// <exception cref="DatasetFormatException">An image of the other list is in this one.</exception>
    public void RequireNoneOf(PetList other)
    {
        foreach (PetEntry entry in _entries)
        {
            if (other._lines.TryGetValue(entry.Name, out int line))
            {
                string detail = $"'{entry.Name}' is also in line {line} of '{other.Path}'; expected each image in one split.";
                throw Fault(entry.Line, DatasetFault.DuplicateEntry, detail);
            }
        }
    }

    public IImageDataset ToDataset(IReadOnlyList<string> classNames, string name)
    {
        string[] paths = [.. _entries.Select(entry => ImageOf(entry.Name))];
        var images = new ImageFolder(Path, _images, paths, [.. _entries.Select(entry => entry.ClassId - 1)], classNames);
        return PublishedFiles.RequireFilled(images, Path, name);
    }

    private PetEntry Parse(int line, string text)
    {
        string[] fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != Columns || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int classId))
            throw Fault(line, DatasetFault.MalformedEntry, $"it is '{text}'; expected a name and three numbers.");

        int end = fields[0].LastIndexOf('_');
        if (end <= 0 || fields[0].AsSpan().ContainsAny("/\\:"))
            throw Fault(line, DatasetFault.MalformedEntry, $"the name is '{fields[0]}'; expected that of the class, '_' and a number.");

        return classId is >= 1 and <= PetClasses.Count
            ? new PetEntry(line, fields[0], classId)
            : throw Fault(line, DatasetFault.LabelOutOfRange, $"the class is {classId}; expected a number from 1 to {PetClasses.Count}.");
    }

    private void Add(PetEntry entry)
    {
        if (!_lines.TryAdd(entry.Name, entry.Line))
        {
            string detail = $"'{entry.Name}' is also in line {_lines[entry.Name]}; expected each image once.";
            throw Fault(entry.Line, DatasetFault.DuplicateEntry, detail);
        }

        if (!File.Exists(ImageOf(entry.Name)))
            throw Fault(entry.Line, DatasetFault.MissingImage, $"'{ImageOf(entry.Name)}' does not exist. Unpack images.tar.gz again.");

        _entries.Add(entry);
    }

    private string ImageOf(string name) => System.IO.Path.Combine(_images, name + ".jpg");

    private DatasetFormatException Fault(int line, DatasetFault fault, string detail) => new(Path, fault, detail, line: line);
}

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
            string detail = _names[entry.ClassId] != name
                ? $"class {entry.ClassId} is '{name}' here and '{_names[entry.ClassId]}' above; expected one name for each."
                : $"'{name}' is class {entry.ClassId} here and {_ids[name]} above; expected one number for each.";
            throw new DatasetFormatException(path, DatasetFault.DuplicateClass, detail, line: entry.Line);
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
            : throw new DatasetFormatException(
                path, DatasetFault.EmptyClass, $"no image is of class {string.Join(", ", empty)}; expected some of each from 1 to {last}.");
    }
}

/// <summary>A line of a list of pets: the line number from 1, the image's file name without extension, and the class number from 1.</summary>
internal readonly record struct PetEntry(int Line, string Name, int ClassId);
