namespace Scott.Models.Foundation;

/// <summary>A PyTorch checkpoint could not be read, or holds something that is refused.</summary>
public sealed class PyTorchCheckpointException : ScottException
{
    internal PyTorchCheckpointException(
        string path, PyTorchCheckpointFault fault, string detail, string? name = null, Exception? innerException = null)
        : base($"'{path}' cannot be read as a PyTorch checkpoint: {detail}", innerException) =>
        (Path, Fault, Name) = (path, fault, name);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Why it was refused.</summary>
    public PyTorchCheckpointFault Fault { get; }

    /// <summary>The class, function, archive entry or tensor concerned, or <see langword="null"/>.</summary>
    public string? Name { get; }
}

/// <summary>The ways a PyTorch checkpoint can be refused.</summary>
public enum PyTorchCheckpointFault
{
    /// <summary>Neither the zip format of <c>torch.save</c> nor the one before PyTorch 1.6.</summary>
    UnknownFormat,
    /// <summary>The file ends early, or a length in it reaches past its end.</summary>
    Truncated,
    /// <summary>The zip archive is damaged, or lacks an entry that the format needs.</summary>
    Archive,
    /// <summary>The pickle is not well formed: an empty stack, an unset memo entry, a missing end.</summary>
    MalformedPickle,
    /// <summary>The pickle uses an instruction that a state dict does not need.</summary>
    UnsupportedOpcode,
    /// <summary>The pickle names a class or function that is not on the list of harmless ones. It was not looked up, let alone called.</summary>
    ForbiddenGlobal,
    /// <summary>A tensor's size, strides or offset do not fit its storage, or its storage does not fit the file.</summary>
    TensorOutOfBounds,
    /// <summary>The values do not form a dictionary of tensors: none at all, a name twice, or a container inside itself.</summary>
    NotAStateDict,
    /// <summary>The file is a Git LFS pointer in place of the checkpoint.</summary>
    GitLfsPointer,
}
