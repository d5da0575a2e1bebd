namespace Scott.Models.Errors;

/// <summary>A dataset cannot serve as one.</summary>
public sealed class DatasetException : ScottException
{
    internal DatasetException(string name, string detail, Exception? innerException = null)
        : base($"The dataset '{name}' cannot be used: {detail}", innerException) => Name = name;

    /// <summary>The dataset's folder or file, or the picture concerned.</summary>
    public string Name { get; }
}
