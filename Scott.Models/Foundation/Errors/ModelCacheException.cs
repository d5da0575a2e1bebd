namespace Scott.Models.Foundation;

/// <summary>The place on disk of the model cache, or of a dataset's archives, cannot serve. What it holds stays valid.</summary>
public sealed class ModelCacheException : ScottException
{
    internal ModelCacheException(ModelCacheFault fault, string path, string message, Exception? innerException)
        : base(message, innerException)
    {
        Fault = fault;
        Path = path;
    }

    /// <summary>What is wrong.</summary>
    public ModelCacheFault Fault { get; }

    /// <summary>The file or folder concerned.</summary>
    public string Path { get; }
}
