namespace Scott.Models.Foundation;

/// <summary>A dataset cannot serve as one.</summary>
public class DatasetException : ScottException
{
    internal DatasetException(string name, string detail, Exception? innerException = null, int? line = null)
        : base(FormattableString.Invariant(
            $"The dataset '{name}' cannot be used: {(line is null ? string.Empty : $"line {line}: ")}{detail}"), innerException)
    {
        Name = name;
        Line = line;
    }

    /// <summary>The dataset's folder or file, or the image concerned.</summary>
    public string Name { get; }

    /// <summary>The line of the file <see cref="Name"/>, from 1, if the fault is in one.</summary>
    public int? Line { get; }
}
