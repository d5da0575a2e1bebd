namespace Scott.Models.Foundation;

/// <summary>A weights file is sound but does not describe a model: the description in its metadata is missing, not understood, or
/// not the one that the caller asked for.</summary>
public sealed class ModelFormatException : ScottException
{
    internal ModelFormatException(string path, string message, Exception? innerException = null)
        : base(message, innerException) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
