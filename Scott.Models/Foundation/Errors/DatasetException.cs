namespace Scott.Models.Foundation;

/// <summary>A dataset, or one of its images, cannot be used.</summary>
public class DatasetException : ScottException
{
    /// <param name="name">The dataset's folder or file, or the image.</param>
    /// <param name="detail">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    /// <param name="line">The line of the file, from 1.</param>
    /// <param name="subject">What the message calls it: "dataset" or "image".</param>
    internal DatasetException(string name, string detail, Exception? innerException = null, int? line = null, string subject = "dataset")
        : base(
            FormattableString.Invariant($"The {subject} '{name}' cannot be used: {(line is null ? string.Empty : $"line {line}: ")}{detail}"),
            innerException)
    {
        Name = name;
        Line = line;
    }

    /// <summary>The dataset's folder or file, or the image concerned.</summary>
    public string Name { get; }

    /// <summary>The line of the file <see cref="Name"/>, from 1, if the fault is in one.</summary>
    public int? Line { get; }
}
