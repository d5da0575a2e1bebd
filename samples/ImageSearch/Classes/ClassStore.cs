using System.Security.Cryptography;
using ImageSearch.Images;
using ImageSearch.Indexing;
using ImageSearch.Options;
using Scott.Models;
using Scott.Models.Cli;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace ImageSearch.Classes;

/// <summary>
/// The classes that the user showed by a few images, and their file. A change counts only when it is saved: readers see all of it or nothing.
/// Another process, such as <c>scott classes</c>, may change the file meanwhile: a change here begins with what the file holds. Thread-safe.
/// </summary>
internal sealed partial class ClassStore(
    FeatureExtractor extractor,
    DecodingBudget budget,
    IndexedFolder folder,
    ServeOptions options,
    ILogger<ClassStore> log) : IHostedService, IDisposable
{
    public const string FileName = "image-search-classes.safetensors";

    private const int MaximumClasses = 100;
    private const int MaximumImages = 20;
    private const int Candidates = 3;

    private readonly string _file = Path.GetFullPath(options.Classes ?? Path.Combine(folder.Root, FileName));
    private readonly SemaphoreSlim _writing = new(1);
    private volatile PrototypeClassifier _classes = Empty(extractor);
    private string? _fault;

    /// <summary>What is known now.</summary>
    public ClassList List
    {
        get
        {
            PrototypeClassifier classes = _classes;
            return new ClassList(
                [.. classes.Examples.CountBy(example => example.ClassName).Select(count => new KnownClass(count.Key, count.Value))],
                UnknownRate(classes),
                _file,
                options.Folder is not null || options.Classes is not null,
                MaximumImages,
                ClassName.MaximumLength,
                _fault);
        }
    }

    /// <summary>Reads the classes of an earlier run.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_file))
            return;

        try
        {
            _classes = await PrototypeClassifier.LoadAsync(_file, extractor.Fingerprint, cancellationToken);
        }
        catch (Exception exception) when (Faults.AreExpected(exception))
        {
            // Searches work without. The file stays as it is: it may belong to another model.
            _fault = $"The saved classes are not used: {Faults.Describe(exception)} Move the file away, or name another one with --classes, "
                + "and start the app again.";
            LogFault(_fault);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The class of an image by its vector; <see langword="null"/> if there are no classes.</summary>
    public ClassLabel? Classify(ReadOnlySpan<float> vector)
    {
        PrototypeClassifier classes = _classes;
        if (classes.Examples.Count == 0)
            return null;

        PrototypePrediction prediction = classes.Classify(vector, UnknownRate(classes));
        return new ClassLabel(prediction.ClassName, prediction.Classes[0].Probability, [.. prediction.Classes.Take(Candidates)]);
    }

    /// <summary>Adds an image to a class, which is new if it has none. The image is known by its content, so it belongs to one class alone.</summary>
    /// <exception cref="RefusedException">The class or the app has too many, or the change cannot be saved.</exception>
    public async Task<ClassList> AddAsync(string className, ReadOnlyMemory<byte> image, CancellationToken cancellationToken)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(image.Span));
        using DecodingTurn turn = await budget.EnterAsync(image, name, cancellationToken);
        ImageEmbedding embedding = await extractor.ExtractAsync(turn.Source, cancellationToken);
        await ChangeAsync(
            classes =>
            {
                classes.Add(className, embedding);
                Require(classes.ClassNames.Count <= MaximumClasses, $"There are {MaximumClasses} classes already; remove one first.");
                Require(
                    classes.Examples.Count(example => example.ClassName == className) <= MaximumImages,
                    $"The class '{className}' has {MaximumImages} images already; remove it and add the best ones.");
                return true;
            },
            cancellationToken);
        return List;
    }

    /// <summary>Renames a class; <see langword="false"/> if there is none.</summary>
    /// <exception cref="RefusedException">Another class has the new name, or the change cannot be saved.</exception>
    public Task<bool> RenameAsync(string className, string newName, CancellationToken cancellationToken) => ChangeAsync(
        classes =>
        {
            Require(
                className == newName || !classes.ClassNames.Contains(newName), $"There is a class '{newName}' already; choose another name.");
            return classes.RenameClass(className, newName);
        },
        cancellationToken);

    /// <summary>Removes a class with its images; <see langword="false"/> if there is none.</summary>
    /// <exception cref="RefusedException">The change cannot be saved.</exception>
    public Task<bool> RemoveAsync(string className, CancellationToken cancellationToken) =>
        ChangeAsync(classes => classes.RemoveClass(className), cancellationToken);

    public void Dispose() => _writing.Dispose();

    private static PrototypeClassifier Empty(FeatureExtractor extractor) => new(extractor.Fingerprint) { ModelName = extractor.ModelId };

    /// <summary>The default rate, or the lowest that so few images can state, so that something is unknown. One of each class states none.</summary>
    private static double UnknownRate(PrototypeClassifier classes)
    {
        // The classifier compares with the held-out images of its classes; without any, with the examples of classes that have several.
        var examples = classes.Examples.CountBy(example => example.ClassName).ToDictionary();
        int heldOut = classes.HeldOut.Count(image => examples.ContainsKey(image.ClassName));
        int compared = heldOut > 0 ? heldOut : examples.Values.Where(count => count > 1).Sum();
        return compared == 0 ? 0 : Math.Max(PrototypeClassifier.DefaultUnknownRate, 1.0 / (compared + 1));
    }

    private static void Require(bool isTrue, string message)
    {
        if (!isTrue)
            throw new RefusedException(message);
    }

    /// <summary>Changes a copy of what the file holds, saves it, and only then shows it. Meanwhile no other process changes the file.</summary>
    private async Task<bool> ChangeAsync(Func<PrototypeClassifier, bool> change, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            Require(_fault is null, _fault ?? string.Empty);
            await using FileStream held = await ClassesLock.AcquireAsync(_file, cancellationToken);
            _classes = await ReadAsync(cancellationToken);
            PrototypeClassifier next = Copy(_classes);
            if (!change(next))
                return false;

            await next.SaveAsync(_file, cancellationToken);
            _classes = next;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"The classes cannot be saved: {Faults.Describe(exception)} Make the folder writable, or name another file with --classes.",
                StatusCodes.Status500InternalServerError,
                exception);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>What the file holds now; what is shown, if there is no file.</summary>
    /// <exception cref="RefusedException">The file became damaged, or that of another model.</exception>
    private async Task<PrototypeClassifier> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_file))
            return _classes;

        try
        {
            return await PrototypeClassifier.LoadAsync(_file, extractor.Fingerprint, cancellationToken);
        }
        catch (ScottException exception)
        {
            throw new RefusedException(
                $"The file of the classes was changed and cannot be used: {Faults.Describe(exception)} Move the file away; the next change "
                    + "then saves the classes of this page.",
                innerException: exception);
        }
    }

    private PrototypeClassifier Copy(PrototypeClassifier classes)
    {
        var copy = new PrototypeClassifier(extractor.Fingerprint) { ModelName = classes.ModelName ?? extractor.ModelId };
        copy.AddRange(classes.Examples);
        if (classes.HeldOut.Count > 0)
            copy.Calibrate(classes.HeldOut);

        return copy;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Fault}")]
    private partial void LogFault(string fault);
}
