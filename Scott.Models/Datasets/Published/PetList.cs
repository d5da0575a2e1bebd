using System.Globalization;

namespace Scott.Models.Datasets;

/// <summary>A list of pets: in each line an image's name, its class from 1, and two numbers that are not used; after <c>#</c>, a remark.</summary>
internal sealed class PetList
{
    private const int Columns = 4;

    private readonly string _images;
    private readonly List<PetEntry> _entries = [];
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    private PetList(string path, string images)
    {
        Path = path;
        _images = images;
    }

    public string Path { get; }

    /// <exception cref="DatasetFormatException">A line is wrong, names an image twice, or one that is not there.</exception>
    public static async Task<PetList> ReadAsync(string path, string images, PetClasses classes, CancellationToken cancellationToken)
    {
        var list = new PetList(path, images);
        foreach ((int line, string text) in await TextLines.ReadAsync(path, cancellationToken).ConfigureAwait(false))
        {
            if (!text.StartsWith('#'))
            {
                PetEntry entry = list.Parse(line, text);
                list.Add(entry);
                classes.Add(entry, path);
            }
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
                throw Fault(entry.Line, DatasetFault.DuplicateEntry, $"'{entry.Name}' stands in line {line} of '{other.Path}', too; expected each image in one part.");
            }
        }
    }

    public IImageDataset ToDataset(IReadOnlyList<string> classNames, string name) => ClassChecks.RequireFilled(
        new LabeledImageFiles(Path, _images, [.. _entries.Select(entry => ImageOf(entry.Name))], [.. _entries.Select(entry => entry.ClassId - 1)], classNames), Path, name);

    private PetEntry Parse(int line, string text)
    {
        string[] fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != Columns || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int classId))
        {
            throw Fault(line, DatasetFault.MalformedEntry, $"it is '{text}'; expected a name and three numbers.");
        }

        int end = fields[0].LastIndexOf('_');
        if (end <= 0 || fields[0].AsSpan().ContainsAny("/\\:"))
        {
            throw Fault(line, DatasetFault.MalformedEntry, $"the name is '{fields[0]}'; expected that of the class, '_' and a number.");
        }

        return classId is >= 1 and <= PetClasses.Count
            ? new PetEntry(line, fields[0], classId)
            : throw Fault(line, DatasetFault.LabelOutOfRange, $"the class is {classId}; expected a number from 1 to {PetClasses.Count}.");
    }

    private void Add(PetEntry entry)
    {
        if (!_lines.TryAdd(entry.Name, entry.Line))
        {
            throw Fault(entry.Line, DatasetFault.DuplicateEntry, $"'{entry.Name}' stands in line {_lines[entry.Name]}, too; expected each image once.");
        }

        if (!File.Exists(ImageOf(entry.Name)))
        {
            throw Fault(entry.Line, DatasetFault.MissingImage, $"'{ImageOf(entry.Name)}' does not exist. Unpack images.tar.gz again.");
        }

        _entries.Add(entry);
    }

    private string ImageOf(string name) => System.IO.Path.Combine(_images, name + ".jpg");

    private DatasetFormatException Fault(int line, DatasetFault fault, string detail) => new(Path, fault, detail, line: line);
}
