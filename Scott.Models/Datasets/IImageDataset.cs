using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Images to learn from, with or without labels. Implementations are immutable and thread-safe.</summary>
public interface IImageDataset
{
    /// <summary>What messages call the whole: its folder, or the file that lists it.</summary>
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
    /// An image's name within the dataset, which stays the same when the whole is moved. A run that resumes compares it, and the image's content,
    /// with what it learned from before.
    /// </summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    /// <returns>By default <see cref="NameOf"/>; of image files, that is taken relative to the folder that all of them share.</returns>
    string RelativeNameOf(int index) => NameOf(index);

    /// <summary>An image. Called again for each epoch in which it is not cached.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    ImageSource SourceOf(int index);

    /// <summary>An image's class, from 0, or <see langword="null"/> if it has no label.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    int? LabelOf(int index);
}
