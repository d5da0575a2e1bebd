using System.Text.RegularExpressions;

namespace Scott.Models.Datasets;

/// <summary>A split of ImageNet: class folders named by WordNet id, in one folder or in several that each have some of the classes.</summary>
internal sealed partial class WordNetFolders
{
    private readonly string _path;
    private readonly SortedDictionary<string, List<string>> _files;

    private WordNetFolders(string path, SortedDictionary<string, List<string>> files) => (_path, _files) = (path, files);

    /// <summary>The classes, in the order of their numbers.</summary>
    public IReadOnlyList<string> Ids => [.. _files.Keys];

    /// <exception cref="DatasetException">There is no such split, or a class folder is empty, in two places, or not named by an id.</exception>
    public static WordNetFolders Open(string root, string split, CancellationToken cancellationToken)
    {
        string[] folders = Directory.Exists(Path.Combine(root, split)) ? [Path.Combine(root, split)] : Shares(root, split);
        if (folders.Length == 0)
        {
            throw new DatasetFormatException(
                root, DatasetFault.MissingFile, $"it lacks the folder {split}, or {split}.X with or without a number; expected ImageNet-100 there.");
        }

        var files = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (string folder in folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(folder, files);
        }

        return new WordNetFolders(folders.Length == 1 ? folders[0] : root, files);
    }

    /// <exception cref="DatasetFormatException">The other split has a class that this one lacks.</exception>
    public void RequireSameClasses(WordNetFolders other)
    {
        string[] empty = [.. other._files.Keys.Where(id => !_files.ContainsKey(id))];
        if (empty.Length > 0)
        {
            string detail = $"it has no folder {Quoted.Names(empty)}, unlike '{other._path}'; expected the same classes in both.";
            throw new DatasetFormatException(_path, DatasetFault.EmptyClass, detail);
        }
    }

    public IImageDataset ToDataset(IReadOnlyList<string> classNames)
    {
        int[] labels = [.. _files.Values.SelectMany((files, label) => files.Select(_ => label))];
        return new ImageFolder(_path, _path, [.. _files.Values.SelectMany(files => files)], labels, classNames);
    }

    private static string[] Shares(string root, string split) => [.. Directory.EnumerateDirectories(root, split + ".X*")
        .Where(folder => Share().IsMatch(Path.GetFileName(folder)))
        .Order(StringComparer.Ordinal)];

    private static void Add(string folder, SortedDictionary<string, List<string>> files)
    {
        var images = ImageFolder.OpenLabeled(folder);
        foreach (string id in images.ClassNames)
        {
            if (!WordNetId().IsMatch(id))
            {
                throw new DatasetFormatException(
                    folder, DatasetFault.MalformedEntry, $"its folder '{id}' is not named by a WordNet id; expected an n and eight digits.");
            }

            if (!files.TryAdd(id, []))
            {
                string first = Path.GetDirectoryName(Path.GetDirectoryName(files[id][0]))!;
                throw new DatasetFormatException(
                    folder, DatasetFault.DuplicateClass, $"the class '{id}' has a folder in '{first}' too; expected each class in one.");
            }
        }

        for (int i = 0; i < images.Count; i++)
            files[images.ClassNames[images.LabelOf(i)!.Value]].Add(images.NameOf(i));
    }

    [GeneratedRegex(@"^n[0-9]{8}\z", RegexOptions.CultureInvariant)]
    private static partial Regex WordNetId();

    [GeneratedRegex(@"\.X[0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Share();
}
