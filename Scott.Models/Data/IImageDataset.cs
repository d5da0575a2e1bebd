using Scott.Models.Imaging;

namespace Scott.Models.Data;

/// <summary>Pictures to learn from, with or without labels. Implementations are immutable and thread-safe.</summary>
public interface IImageDataset
{
    /// <summary>The number of pictures.</summary>
    int Count { get; }

    /// <summary>The classes' names, in the order of their numbers; empty if nothing is labelled.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>A picture's path or name, for messages.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    string NameOf(int index);

    /// <summary>A picture. Called again for each epoch in which it is not cached.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    ImageSource SourceOf(int index);

    /// <summary>A picture's class, from 0, or <see langword="null"/> if it has no label.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    int? LabelOf(int index);
}
