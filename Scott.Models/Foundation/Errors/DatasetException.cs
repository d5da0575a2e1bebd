namespace Scott.Models;

/// <summary>A dataset, or one of its images, cannot be used.</summary>
public class DatasetException : ScottException
{
    /// <summary>The name is the dataset's folder or file, or the image. The subject says which: "dataset" or "image".</summary>
    internal DatasetException(string name, string detail, Exception? innerException = null, int? line = null, string subject = "dataset")
        : base(
            FormattableString.Invariant($"The {subject} '{name}' cannot be used: {(line is null ? string.Empty : $"line {line}: ")}{detail}"),
            innerException) =>
        (Name, Line) = (name, line);

    /// <summary>The dataset's folder or file, or the image, that cannot be used.</summary>
    public string Name { get; }

    /// <summary>The line of the file <see cref="Name"/>, from 1; <see langword="null"/> if the fault is not in a line.</summary>
    public int? Line { get; }
}
