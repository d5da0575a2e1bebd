namespace Scott.Models.Foundation;

/// <summary>A PyTorch checkpoint could not be read, or holds something that is refused.</summary>
public sealed class PyTorchCheckpointException : ScottException
{
    internal PyTorchCheckpointException(
        string path, PyTorchCheckpointFault fault, string detail, string? name = null, Exception? innerException = null)
        : base($"'{path}' cannot be read as a PyTorch checkpoint: {detail}", innerException)
    {
        Path = path;
        Fault = fault;
        Name = name;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Why it was refused.</summary>
    public PyTorchCheckpointFault Fault { get; }

    /// <summary>The class, function, archive entry or tensor concerned, or <see langword="null"/>.</summary>
    public string? Name { get; }
}
