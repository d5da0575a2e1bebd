using System.IO.Enumeration;
using Scott.Models.Data.Fingerprints;
using Scott.Models.Errors;
using Scott.Models.Imaging;

namespace Scott.Models.Data;

/// <summary>The picture files of a folder, in ordinal order of their paths. Immutable and thread-safe.</summary>
/// <remarks>
/// Files count by their extension, see <see cref="ImageDecoder.FileExtensions"/>; they are opened when they are needed. Links to folders are not
/// followed, except from a class's name to its folder. Files and folders are passed over if they are hidden or the system's, or if their name begins
/// with a full stop.
/// </remarks>
public sealed class ImageFolder : IImageDataset
{
    private static readonly HashSet<string> Extensions = new(ImageDecoder.FileExtensions, StringComparer.OrdinalIgnoreCase);

    private readonly string[] _paths;
    private readonly int[]? _labels;

    private ImageFolder(string name, string[] paths, int[]? labels, IReadOnlyList<string> classNames)
    {
        Name = name;
        _paths = paths;
        _labels = labels;
        ClassNames = classNames;
    }

    /// <summary>The folder, as it was given.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Every picture below a folder, without labels.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="isRecursive">Whether to look in the folders below too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetException">It holds no picture.</exception>
    public static ImageFolder Open(string path, bool isRecursive = true)
    {
        string[] files = Files(Existing(path), isRecursive);
        return files.Length > 0
            ? new ImageFolder(path, files, null, [])
            : throw new DatasetException(path, $"it holds no picture; expected {string.Join(", ", ImageDecoder.FileExtensions)}.");
    }

    /// <summary>Pictures labelled by the folders that they are in: one folder per class, searched to the bottom.</summary>
    /// <param name="path">The folder above those of the classes.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetException">There is no class, a class has no picture, or there are pictures beside the classes.</exception>
    public static ImageFolder OpenLabeled(string path)
    {
        string root = Existing(path);
        string[] stray = Files(root, isRecursive: false);
        if (stray.Length > 0)
        {
            throw new DatasetException(path, $"{stray.Length} pictures lie beside the class folders, the first is '{stray[0]}'. Move them into the folder of their class.");
        }

        string[] folders = ClassFolders(root);
        string[] names = [.. folders.Select(folder => Path.GetFileName(folder))];
        string[][] files = [.. folders.Select(folder => Files(folder, isRecursive: true))];
        string[] empty = [.. names.Where((_, i) => files[i].Length == 0)];
        if (folders.Length == 0 || empty.Length > 0)
        {
            throw new DatasetException(path, folders.Length == 0
                ? "it has no folders; expected one for each class."
                : $"the class folders {string.Join(", ", empty)} hold no picture. Fill or remove them.");
        }

        return new ImageFolder(path, [.. files.SelectMany(all => all)], [.. files.SelectMany((all, label) => all.Select(_ => label))], names);
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _paths[index];

    /// <summary>An image's path from the folder, with slashes.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public string RelativeNameOf(int index) => RelativePaths.Of(Name, _paths[index]);

    /// <inheritdoc/>
    public ImageSource SourceOf(int index) => ImageSource.FromFile(_paths[index]);

    /// <inheritdoc/>
    public int? LabelOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _labels?[index];
    }

    private static string Existing(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Directory.Exists(path) ? path : throw new DirectoryNotFoundException($"The folder '{path}' does not exist.");
    }

    private static string[] ClassFolders(string root)
    {
        var folders = new FileSystemEnumerable<string>(root, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), Options(isRecursive: false))
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory && !IsDotted(ref entry),
        };
        return [.. folders.Order(StringComparer.Ordinal)];
    }

    private static string[] Files(string folder, bool isRecursive)
    {
        var files = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), Options(isRecursive))
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && !IsDotted(ref entry) && Extensions.Contains(Path.GetExtension(entry.FileName).ToString()),

            // A link to a folder above would never end.
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsDotted(ref entry) && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };

        // With the same separator, the order is the same on every system.
        return [.. files.OrderBy(file => file.Replace(Path.DirectorySeparatorChar, '/'), StringComparer.Ordinal)];
    }

    private static EnumerationOptions Options(bool isRecursive) => new()
    {
        RecurseSubdirectories = isRecursive,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

    /// <summary>Unix hides such names; on other systems they come from there, or from programs that do the same.</summary>
    private static bool IsDotted(ref FileSystemEntry entry) => entry.FileName.StartsWith('.');
}
