namespace Scott.Models.Metrics;

/// <summary>Classes that are added, changed and removed while an app runs, each learned from a few images, without training. Thread-safe: readers
/// wait only for the first answer after a change, and each sees all of a change or nothing of it.</summary>
/// <remarks>
/// A class is the mean of its images' vectors in a space that all examples shape together; an image belongs to the class with the highest cosine
/// there. Its probability is calibrated, and an image that is far from all classes is unknown. Both are learned from the images of
/// <see cref="Calibrate"/>. If there are none, they are learned from the examples: each example whose class has another one is compared with the
/// classes as they are without it. The first answer after a change learns anew. The order of changes has no influence.
/// Sources: Wang et al., "SimpleShot", 2019; Ledoit and Wolf, 2004 (shrinkage); Guo et al., 2017 (temperature); Vovk et al., "Algorithmic learning
/// in a random world", 2005, and Angelopoulos and Bates, arXiv 2107.07511 (conformal p-values and sets).
/// </remarks>
public sealed class PrototypeClassifier
{
    /// <summary>The default share of images of known classes that may be called unknown.</summary>
    public const double DefaultUnknownRate = 0.05;

    private readonly Lock _writing = new();
    private volatile PrototypeSet _set;

    /// <summary>Makes a classifier without classes, for vectors that a feature extractor makes.</summary>
    /// <param name="fingerprint">What makes the vectors: <c>FeatureExtractor.Fingerprint</c>.</param>
    public PrototypeClassifier(VectorFingerprint fingerprint)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        (Fingerprint, Width, _set) = (fingerprint, fingerprint.Width, new PrototypeSet(fingerprint.Width));
    }

    /// <summary>Makes a classifier without classes, for vectors of any source. Nothing checks that they come from the same one.</summary>
    /// <param name="width">The length of a vector, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public PrototypeClassifier(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (Width, _set) = (width, new PrototypeSet(width));
    }

    /// <summary>What makes the vectors; <see langword="null"/> if that is not known.</summary>
    public VectorFingerprint? Fingerprint { get; }

    /// <summary>The length of a vector.</summary>
    public int Width { get; }

    /// <summary>How the app finds the model again, for example its id or its path. Saved, and not used here.</summary>
    public string? ModelName { get; init; }

    /// <summary>The classes, in ordinal order.</summary>
    public IReadOnlyList<string> ClassNames => [.. Images.Where(image => !image.IsHeldOut).Select(image => image.ClassName).Distinct()];

    /// <summary>The images that the classes learn from, by class and then by name.</summary>
    public IReadOnlyList<PrototypeExample> Examples => Select(isHeldOut: false);

    /// <summary>The images that calibrate, by class and then by name.</summary>
    public IReadOnlyList<PrototypeExample> HeldOut => Select(isHeldOut: true);

    /// <summary>All images, in the order in which they are saved.</summary>
    internal IReadOnlyList<PrototypeImage> Images => _set.Ordered;

    /// <summary>Adds an image to a class, which is new if it has none. An image of the same name is replaced, whatever its class.</summary>
    /// <param name="className">The class.</param>
    /// <param name="name">What the image is known by, for example its path.</param>
    /// <param name="vector">Its vector, <see cref="Width"/> numbers; copied.</param>
    /// <exception cref="ArgumentException">A name is empty, or the vector is not <see cref="Width"/> finite numbers, or all are 0; or the vectors of
    /// all images take more than the 2 GB that a file can hold.</exception>
    public void Add(string className, string name, ReadOnlySpan<float> vector)
    {
        PrototypeImage image = Checked(className, name, vector, isHeldOut: false);
        Change(set => set.With([image]));
    }

    /// <summary>Adds images in one step: no reader sees only some of them.</summary>
    /// <param name="examples">The images. Of several with one name the last counts.</param>
    /// <exception cref="ArgumentException">One is not legal, as for <see cref="Add"/>. Nothing is added.</exception>
    public void AddRange(IEnumerable<PrototypeExample> examples)
    {
        PrototypeImage[] images = Checked(examples, isHeldOut: false);
        Change(set => set.With(images));
    }

    /// <summary>Removes a class with all its images; <see langword="false"/> if there is none.</summary>
    /// <param name="className">The class.</param>
    public bool RemoveClass(string className)
    {
        ArgumentNullException.ThrowIfNull(className);
        return Change(set => set.Where(image => image.ClassName != className));
    }

    /// <summary>Removes an image, and its class if it was the last one; <see langword="false"/> if there is none.</summary>
    /// <param name="name">The image's name.</param>
    public bool Remove(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Change(set => set.Where(image => image.Name != name));
    }

    /// <summary>Moves an image to another class, which is new if it has none; <see langword="false"/> if there is no such image.</summary>
    /// <param name="name">The image's name.</param>
    /// <param name="className">Its new class.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public bool Relabel(string name, string className)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        RequireName(className);
        return Change(set => set.Find(name) is { } image ? set.With([image with { ClassName = className }]) : set);
    }

    /// <summary>Renames a class; <see langword="false"/> if there is none.</summary>
    /// <param name="className">The class.</param>
    /// <param name="newName">Its new name.</param>
    /// <exception cref="ArgumentException">A name is empty, or there is a class with the new name.</exception>
    public bool RenameClass(string className, string newName)
    {
        ArgumentException.ThrowIfNullOrEmpty(className);
        RequireName(newName);
        return Change(set =>
        {
            if (!set.HasClass(className))
                return set;

            return className == newName || !set.HasClass(newName) ? set.Rename(className, newName) : throw new ArgumentException(
                $"There is a class '{Quoted.Value(newName)}'; expected a new name. Use Relabel to move images to a class.", nameof(newName));
        });
    }

    /// <summary>Calibrates with images that the classes do not learn from. They replace those of an earlier call, and stay when classes
    /// change.</summary>
    /// <param name="heldOut">Images like those to classify, with their right classes. Those of a class without examples do not count until it has
    /// some. An empty list ends the calibration.</param>
    /// <exception cref="ArgumentException">One is not legal, as for <see cref="Add"/>, or has the name of an example. Nothing is changed.</exception>
    public void Calibrate(IEnumerable<PrototypeExample> heldOut)
    {
        PrototypeImage[] images = Checked(heldOut, isHeldOut: true);
        Change(set =>
        {
            PrototypeSet examples = set.Where(image => !image.IsHeldOut);
            return Array.Find(images, image => examples.Find(image.Name) is not null) is { } both ? throw new ArgumentException(
                $"'{Quoted.Value(both.Name)}' is an example; expected images that the classes do not learn from.", nameof(heldOut))
                : examples.With(images);
        });
    }

    /// <summary>Classifies a vector.</summary>
    /// <param name="vector"><see cref="Width"/> numbers.</param>
    /// <param name="unknownRate">The share of images of known classes that may be called unknown, 0 to 1. With n images to compare with, nothing is
    /// unknown below a rate of 1 / (n + 1); so with one example of each class, and without calibration, no image is unknown.</param>
    /// <exception cref="ArgumentException">The vector is not <see cref="Width"/> finite numbers, or all are 0, or the rate is not 0 to 1.</exception>
    public PrototypePrediction Classify(ReadOnlySpan<float> vector, double unknownRate = DefaultUnknownRate)
    {
        RequireShare(unknownRate);
        RequireVector(vector, nameof(vector));
        if (_set.Model is not { } model)
            return new PrototypePrediction([], 1, isUnknown: true);

        (PrototypeScore[] classes, _, double typicality) = model.Score(vector);
        return new PrototypePrediction(classes, typicality, PrototypeCalibration.IsUnknown(typicality, unknownRate));
    }

    /// <summary>The set of classes that holds an image's right class with a stated probability: few for a clear image, more for others.</summary>
    /// <param name="vector"><see cref="Width"/> numbers.</param>
    /// <param name="coverage">The share of images of known classes whose right class is in their set, 0 to 1. It holds on average over images like
    /// those that calibrated. With fewer than coverage / (1 − coverage) of those, every set is all classes.</param>
    /// <returns>The classes, most likely first. Empty if none is likely enough.</returns>
    /// <exception cref="ArgumentException">The vector is not <see cref="Width"/> finite numbers, or all are 0, or the coverage is not 0 to
    /// 1.</exception>
    public IReadOnlyList<PrototypeScore> PredictSet(ReadOnlySpan<float> vector, double coverage)
    {
        RequireShare(coverage);
        RequireVector(vector, nameof(vector));
        if (_set.Model is not { } model)
            return [];

        (PrototypeScore[] classes, double[] probabilities, _) = model.Score(vector);
        return [.. classes.Where((_, i) => model.Calibration.IsInSet(probabilities[i], coverage))];
    }

    /// <summary>Saves all images as one file, atomically. Changes during the call are not in it.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="cancellationToken">Checked before the vectors are written; the old file then stays.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) => PrototypeFile.WriteAsync(path, this, cancellationToken);

    /// <summary>Loads what <see cref="SaveAsync"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fingerprint">What will make the vectors to classify; <see langword="null"/> if only their later check is wanted.</param>
    /// <param name="cancellationToken">Checked before the vectors are read.</param>
    /// <exception cref="SafetensorsException">The file is not valid safetensors.</exception>
    /// <exception cref="VectorFileException">The file holds something else, or is damaged.</exception>
    /// <exception cref="FingerprintMismatchException">Something else made the vectors of the file.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<PrototypeClassifier> LoadAsync(
        string path, VectorFingerprint? fingerprint = null, CancellationToken cancellationToken = default)
    {
        PrototypeClassifier loaded = await PrototypeFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        loaded.RequireMatch(fingerprint);
        return loaded;
    }

    /// <summary>Refuses vectors that something else made, if what made both is known.</summary>
    /// <exception cref="FingerprintMismatchException">They do not match.</exception>
    internal void RequireMatch(VectorFingerprint? given)
    {
        if (given is not null)
            Fingerprint?.RequireSameDirection(given);
    }

    /// <summary>Takes images that were checked, in place of those that are here.</summary>
    internal void Fill(IEnumerable<PrototypeImage> images) => _set = new PrototypeSet(Width).With(images);

    private static void RequireShare(double share, [CallerArgumentExpression(nameof(share))] string parameter = "")
    {
        if (!(share is >= 0 and <= 1)) // NaN fails as well
            throw new ArgumentOutOfRangeException(parameter, share, "Expected 0 to 1.");
    }

    private PrototypeImage[] Checked(
        IEnumerable<PrototypeExample> examples, bool isHeldOut, [CallerArgumentExpression(nameof(examples))] string parameter = "")
    {
        ArgumentNullException.ThrowIfNull(examples, parameter);
        return [.. examples.Select(example => Checked(example.ClassName, example.Name, example.Vector.Span, isHeldOut))];
    }

    private PrototypeImage Checked(string className, string name, ReadOnlySpan<float> vector, bool isHeldOut)
    {
        RequireName(className);
        RequireName(name);
        RequireVector(vector, nameof(vector));
        return new PrototypeImage(className, name, vector.ToArray(), isHeldOut);
    }

    private static void RequireName(string name, [CallerArgumentExpression(nameof(name))] string parameter = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        if (!IndexArguments.IsUnicode(name))
            throw new ArgumentException($"The name '{Quoted.Value(name)}' is not legal Unicode, so no file can hold it.", parameter);
    }

    private void RequireVector(ReadOnlySpan<float> vector, string parameter)
    {
        if (vector.Length != Width)
            throw new ArgumentException($"The vector has {Plural.Of(vector.Length, "number")}; these classes have vectors of {Width}.", parameter);

        if (Similarity.Length(vector, parameter) == 0)
            throw new ArgumentException("All numbers of the vector are 0; expected a vector with a direction.", parameter);
    }

    private PrototypeExample[] Select(bool isHeldOut) => [.. Images
        .Where(image => image.IsHeldOut == isHeldOut)
        .Select(image => new PrototypeExample(image.ClassName, image.Name, image.Vector))];

    private bool Change(Func<PrototypeSet, PrototypeSet> change)
    {
        lock (_writing)
        {
            PrototypeSet before = _set;
            _set = change(before);
            return !ReferenceEquals(before, _set);
        }
    }
}
