using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Images to learn from, with or without labels. Implementations are immutable and thread-safe.</summary>
/// <remarks>The members that take an index throw <see cref="ArgumentOutOfRangeException"/> if there is no such image.</remarks>
public interface IImageDataset
{
    /// <summary>What messages call the dataset: its folder, or the file that lists its images.</summary>
    /// <value>Default: the name of the type.</value>
    string Name => GetType().Name;

    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>The classes' names, in the order of their numbers; empty if nothing is labeled.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>An image's path or name, for messages.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    string NameOf(int index);

    /// <summary>
    /// An image's name within the dataset, which stays the same when the dataset is moved. A run that resumes compares
    /// names and contents with those that the run began with.
    /// </summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    /// <returns>By default <see cref="NameOf"/>; for image files, the path relative to the folder that they share.</returns>
    string RelativeNameOf(int index) => NameOf(index);

    /// <summary>The source that an image is read from. Called again in each epoch in which the image is not cached.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    ImageSource SourceOf(int index);

    /// <summary>An image's class, from 0, or <see langword="null"/> if it has no label or <see cref="IsMultiLabel"/> is true.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    int? LabelOf(int index);

    /// <summary>Whether an image can have several labels, or none of them. Only <see cref="LabelsOf"/> gives labels then.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    /// <remarks>A dataset that wraps another one passes on both this and <see cref="LabelsOf"/>.</remarks>
    bool IsMultiLabel => false;

    /// <summary>An image's labels: numbers of classes, from 0, ascending, each once.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    /// <returns>Empty if the image is known to have none of the labels; <see langword="null"/> if its labels are not known. By default the one
    /// label of <see cref="LabelOf"/>.</returns>
    IReadOnlyList<int>? LabelsOf(int index) => LabelOf(index) is { } label ? [label] : null;
}

/// <summary>Checks indices of datasets.</summary>
internal static class DatasetIndex
{
    /// <summary>The index itself, if the dataset has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    public static int Checked(this IImageDataset dataset, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)dataset.Count, nameof(index));
        return index;
    }
}
