using System.Collections.Immutable;

namespace Scott.Models.Metrics;

/// <summary>The images of a <see cref="PrototypeClassifier"/> at one time, and what follows from them alone: their order of arrival changes nothing.
/// Immutable.</summary>
internal sealed class PrototypeSet
{
    private readonly ImmutableDictionary<string, PrototypeImage> _byName;
    private readonly int _width;
    private PrototypeImage[]? _ordered;
    private PrototypeModel? _model;
    private bool _isLearned;
    /// <summary>Readers wait for one of them to compute the first answer. What it throws is not kept.</summary>
    private object? _computing;

    public PrototypeSet(int width)
        : this(ImmutableDictionary.Create<string, PrototypeImage>(StringComparer.Ordinal), width) { }

    private PrototypeSet(ImmutableDictionary<string, PrototypeImage> byName, int width) => (_byName, _width) = (byName, width);

    /// <summary>By class, then by name, both in ordinal order.</summary>
    public IReadOnlyList<PrototypeImage> Ordered => LazyInitializer.EnsureInitialized(ref _ordered, Order);

    /// <summary><see langword="null"/> without examples.</summary>
    public PrototypeModel? Model =>
        LazyInitializer.EnsureInitialized(ref _model, ref _isLearned, ref _computing, () => PrototypeModel.Learn(Ordered, _width));

    public bool HasClass(string className) => _byName.Values.Any(image => image.ClassName == className);

    public PrototypeImage? Find(string name) => _byName.GetValueOrDefault(name);

    /// <exception cref="ArgumentException">Together they do not fit one tensor of a file.</exception>
    public PrototypeSet With(IEnumerable<PrototypeImage> images)
    {
        ImmutableDictionary<string, PrototypeImage> all = _byName.SetItems(images.Select(image => KeyValuePair.Create(image.Name, image)));
        long most = Array.MaxLength / ((long)sizeof(float) * _width);
        return all.Count <= most ? new PrototypeSet(all, _width) : throw new ArgumentException(
            $"{Plural.Of(all.Count, "image")} of {Plural.Of(_width, "number")} are too many to save; expected at most {most}, which take 2 GB. "
                + "Use fewer images.",
            nameof(images));
    }

    /// <summary>The images for which <paramref name="isKept"/> is true; this set if all are.</summary>
    public PrototypeSet Where(Func<PrototypeImage, bool> isKept)
    {
        string[] removed = [.. _byName.Values.Where(image => !isKept(image)).Select(image => image.Name)];
        return removed.Length > 0 ? new PrototypeSet(_byName.RemoveRange(removed), _width) : this;
    }

    public PrototypeSet Rename(string className, string newName) => With(
        _byName.Values.Where(image => image.ClassName == className).Select(image => image with { ClassName = newName }));

    private PrototypeImage[] Order() => [.. _byName.Values
        .OrderBy(image => image.ClassName, StringComparer.Ordinal)
        .ThenBy(image => image.Name, StringComparer.Ordinal)];
}

/// <summary>An image of a <see cref="PrototypeClassifier"/>.</summary>
/// <param name="ClassName">Its class.</param>
/// <param name="Name">Its name, which no other image has.</param>
/// <param name="Vector">[D]; never changed.</param>
/// <param name="IsHeldOut">Whether it calibrates; otherwise it is an example.</param>
internal sealed record PrototypeImage(string ClassName, string Name, float[] Vector, bool IsHeldOut);

/// <summary>What a <see cref="PrototypeSet"/> learned from its images.</summary>
internal sealed record PrototypeModel(string[] ClassNames, PrototypeSpace Space, PrototypeCalibration Calibration)
{
    /// <summary>Held-out images calibrate if there are any of a class that has examples; otherwise the examples themselves do.</summary>
    public static PrototypeModel? Learn(IReadOnlyList<PrototypeImage> images, int width)
    {
        PrototypeImage[] examples = [.. images.Where(image => !image.IsHeldOut)];
        if (examples.Length == 0)
            return null;

        string[] names = [.. examples.Select(image => image.ClassName).Distinct()];
        var labels = names.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        PrototypeImage[] heldOut = [.. images.Where(image => image.IsHeldOut && labels.ContainsKey(image.ClassName))];
        LabeledFeatures Features(PrototypeImage[] of)
        {
            float[] vectors = new float[of.Length * width];
            for (int i = 0; i < of.Length; i++)
                of[i].Vector.CopyTo(vectors, i * width);

            return new LabeledFeatures(vectors, [.. of.Select(image => labels[image.ClassName])]);
        }

        LabeledFeatures learned = Features(examples);
        var space = new PrototypeSpace(learned, names.Length);
        return new PrototypeModel(names, space, heldOut.Length > 0
            ? PrototypeCalibration.FromHeldOut(space, Features(heldOut))
            : PrototypeCalibration.FromExamples(space, learned));
    }

    /// <summary>The classes with their probabilities, most likely first, and the typicality.</summary>
    public (PrototypeScore[] Classes, double[] Probabilities, double Typicality) Score(ReadOnlySpan<float> vector)
    {
        double[] cosines = new double[ClassNames.Length];
        double distance = Space.Compare(vector, cosines);
        double[] probabilities = Calibration.Probabilities(cosines);

        // The sort is stable: equally likely classes keep their order.
        int[] order = [.. Enumerable.Range(0, cosines.Length).OrderByDescending(label => probabilities[label])];
        return ([.. order.Select(label => new PrototypeScore(ClassNames[label], (float)probabilities[label]))],
            [.. order.Select(label => probabilities[label])], Calibration.Typicality(distance));
    }
}
