using Scott.Models.Foundation;
using Scott.Models.Metrics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>The file that the command <c>classes</c> works on.</summary>
internal sealed class ClassesFile
{
    private readonly string _path;
    private readonly Screen _screen;

    private ClassesFile(string path, PrototypeClassifier? classifier, Screen screen) => (_path, Classifier, _screen) = (path, classifier, screen);

    /// <summary><see langword="null"/> while the file does not exist.</summary>
    public PrototypeClassifier? Classifier { get; private set; }

    /// <exception cref="UsageException">The file does not exist, and must, or its folder does not exist.</exception>
    public static async Task<ClassesFile> OpenAsync(
        string path, bool mayBeNew, Screen screen, CancellationToken cancellationToken, bool isOnlyRead = false)
    {
        bool exists = File.Exists(path);
        Check.That(exists || mayBeNew, $"The file '{path}' does not exist; make it with 'scott classes add'.");
        if (!isOnlyRead)
            Check.OutputFile(path);

        return new ClassesFile(path, exists ? await PrototypeClassifier.LoadAsync(path, cancellationToken: cancellationToken) : null, screen);
    }

    /// <summary>The name that an image has in the file.</summary>
    public static string NameOf(string path) => Path.GetFullPath(path);

    /// <summary>The model to use: the given one, that of the file, or the default.</summary>
    public string ModelOr(string? given) => given ?? Classifier?.ModelName ?? NamedModel.Default;

    /// <summary>The classifier, made if the file is new.</summary>
    /// <exception cref="FingerprintMismatchException">The file's vectors are those of something else.</exception>
    public PrototypeClassifier For(VectorFingerprint fingerprint, string model)
    {
        if (Classifier is { Fingerprint: { } stored })
            stored.RequireSameDirection(fingerprint);

        // A file is found from any folder by its full path.
        string name = NamedModel.IsFile(model) || NamedModel.IsFolder(model) ? Path.GetFullPath(model) : model;
        return Classifier ??= new PrototypeClassifier(fingerprint) { ModelName = name };
    }

    /// <summary>Reads the file again, changes it and writes it, while no other process changes it. So what another one added meanwhile is kept.
    /// </summary>
    public async Task ChangeAsync(Action change, CancellationToken cancellationToken)
    {
        await using FileStream held = await ClassesLock.AcquireAsync(_path, cancellationToken);
        Classifier = File.Exists(_path) ? await PrototypeClassifier.LoadAsync(_path, cancellationToken: cancellationToken) : null;
        change();
        await Classifier!.SaveAsync(_path, cancellationToken);
    }

    /// <returns>The exit code.</returns>
    public async Task<int> RemoveAsync(string className, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        int removed = 0;
        await ChangeAsync(() => removed = Remove(className, images), cancellationToken);
        _screen.Say($"Removed {Plural.Of(removed, "image")} of '{className}'.");
        _screen.Result(new { file = _path, className, removed });
        return ExitCode.Success;
    }

    /// <returns>The exit code.</returns>
    public async Task<int> RenameAsync(string className, string newName, CancellationToken cancellationToken)
    {
        try
        {
            await ChangeAsync(
                () => Check.That(Existing().RenameClass(className, newName), $"There is no class '{className}'; the classes are {Describe()}."),
                cancellationToken);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message, exception);
        }

        _screen.Say($"'{className}' is now '{newName}'.");
        _screen.Result(new { file = _path, className, newName });
        return ExitCode.Success;
    }

    /// <summary>Shows the classes.</summary>
    public void Print(SkippedImages? skipped = null)
    {
        skipped?.Print(_screen);
        ILookup<string, PrototypeExample> examples = Classifier!.Examples.ToLookup(example => example.ClassName);
        ILookup<string, PrototypeExample> heldOut = Classifier.HeldOut.ToLookup(example => example.ClassName);
        string[] names = [.. examples.Concat(heldOut).Select(group => group.Key).Distinct().Order(StringComparer.Ordinal)];
        Table table = new Table().AddColumns("class", "examples", "held out");
        foreach (string name in names)
            table.AddRow(Markup.Escape(name), $"{examples[name].Count()}", $"{heldOut[name].Count()}");

        _screen.Output.Write(table);
        _screen.Say($"{Plural.Of(Classifier.ClassNames.Count, "class", "classes")} in '{_path}', by {Classifier.ModelName ?? "an unnamed model"}.");
        _screen.Result(new
        {
            file = _path,
            model = Classifier.ModelName,
            fingerprint = Classifier.Fingerprint,
            skipped = skipped?.ToJson(),
            classes = names.Select(name => new
            {
                name,
                examples = examples[name].Select(example => example.Name),
                heldOut = heldOut[name].Select(example => example.Name),
            }),
        });
    }

    /// <returns>How many images were removed.</returns>
    private int Remove(string className, IReadOnlyList<string> images)
    {
        PrototypeClassifier classes = Existing();
        PrototypeExample[] ofClass = [.. classes.Examples.Concat(classes.HeldOut).Where(example => example.ClassName == className)];
        Check.That(ofClass.Length > 0, $"There is no class '{className}'; the classes are {Describe()}.");
        if (images.Count == 0)
        {
            classes.RemoveClass(className);
            return ofClass.Length;
        }

        // An image that is named twice is removed, and counted, once.
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (string image in images)
        {
            string? name = ofClass.Select(example => example.Name).FirstOrDefault(name => name == NameOf(image) || name == image);
            Check.That(name is not null, $"The class '{className}' has no image '{image}'.");
            names.Add(name!);
        }

        foreach (string name in names)
            classes.Remove(name);

        return names.Count;
    }

    /// <summary>The classes of a file that was there when the command began.</summary>
    /// <exception cref="UsageException">Another process deleted it meanwhile.</exception>
    private PrototypeClassifier Existing() => Classifier
        ?? throw new UsageException($"The file '{_path}' was deleted meanwhile, so nothing was changed; make it with 'scott classes add'.");

    private string Describe() => Classifier!.ClassNames.Count > 0 ? $"'{string.Join("', '", Classifier.ClassNames)}'" : "none";
}
