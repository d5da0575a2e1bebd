namespace Scott.Models.Metrics;

/// <summary>Counts how many images of each class were predicted as each class. Immutable; equal by value.</summary>
public sealed class ConfusionMatrix : IEquatable<ConfusionMatrix>
{
    /// <summary>[C, C]: a row per actual class, a column per predicted one.</summary>
    private readonly int[] _counts;

    private ConfusionMatrix(int[] counts, string[] classNames) =>
        (_counts, ClassNames, Images) = (counts, Array.AsReadOnly(classNames), counts.Sum());

    /// <summary>The classes, in the order of rows and columns.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of all images.</summary>
    public int Images { get; }

    /// <summary>The number of images of one class that were predicted as another class, or as the same class.</summary>
    /// <param name="actual">The actual class of the images, from 0.</param>
    /// <param name="predicted">The predicted class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public int this[int actual, int predicted]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)actual, (uint)ClassNames.Count, nameof(actual));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted, (uint)ClassNames.Count, nameof(predicted));
            return _counts[(actual * ClassNames.Count) + predicted];
        }
    }

    /// <summary>Makes the matrix from labels and predictions.</summary>
    /// <param name="labels">Each image's class, from 0.</param>
    /// <param name="predicted">The predicted class of each image, from 0.</param>
    /// <param name="classNames">The classes, in the order of their numbers; at least one.</param>
    /// <exception cref="ArgumentException">No names, a null name, not one prediction for each label, or a class that has no name.</exception>
    public static ConfusionMatrix FromPredictions(IReadOnlyList<int> labels, IReadOnlyList<int> predicted, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predicted);
        string[] names = Items.NotNull(classNames, "the name of a class");
        string given = $"{Plural.Of(predicted.Count, "prediction")} for {Plural.Of(labels.Count, "label")}";
        if (labels.Count != predicted.Count)
            throw new ArgumentException($"There are {given}; expected one for each.", nameof(predicted));

        int classes = names.Length;
        ArgumentOutOfRangeException.ThrowIfZero(classes, nameof(classNames));
        if ((long)classes * classes > Array.MaxLength)
            throw new ArgumentException($"There are {classes} classes; expected at most {(int)Math.Sqrt(Array.MaxLength)}.", nameof(classNames));

        int[] counts = new int[classes * classes];
        for (int i = 0; i < labels.Count; i++)
            counts[(Checked(labels, i, classes, nameof(labels)) * classes) + Checked(predicted, i, classes, nameof(predicted))]++;

        return new ConfusionMatrix(counts, names);
    }

    /// <summary>The number of images of a class.</summary>
    /// <param name="label">The class, from 0.</param>
    public int CountActual(int label) => Enumerable.Range(0, ClassNames.Count).Sum(predicted => this[label, predicted]);

    /// <summary>The number of images that were predicted as a class.</summary>
    /// <param name="label">The class, from 0.</param>
    public int CountPredicted(int label) => Enumerable.Range(0, ClassNames.Count).Sum(actual => this[actual, label]);

    /// <summary>Writes the counts as comma-separated text: a header with the predicted classes, then a row for each actual class.</summary>
    public string ToCsv() => MetricsCsv.Write(this);

    /// <summary>Draws the counts as an SVG image with a row for each actual class. A cell with a larger share of its row is darker.</summary>
    /// <remarks>The viewer program draws the names as text in its own font. A tooltip of each cell shows its count and classes.</remarks>
    public string ToSvg() => ConfusionDrawing.Draw(this).ToString();

    /// <inheritdoc/>
    public bool Equals(ConfusionMatrix? other) =>
        other is not null && ClassNames.SequenceEqual(other.ClassNames, StringComparer.Ordinal) && _counts.AsSpan().SequenceEqual(other._counts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfusionMatrix);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (int count in _counts)
            hash.Add(count);

        return hash.ToHashCode();
    }

    private static int Checked(IReadOnlyList<int> labels, int index, int classes, string parameter) => labels[index] >= 0 && labels[index] < classes
        ? labels[index]
        : throw new ArgumentException(
            $"Image {index} has the class {labels[index]}; expected 0 to {classes - 1}, as there are {Plural.Of(classes, "name")}.", parameter);
}
