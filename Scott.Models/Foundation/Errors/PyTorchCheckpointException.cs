namespace Scott.Models;

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

    /// <summary>The class, function, archive entry or tensor that has the fault, or <see langword="null"/>.</summary>
    public string? Name { get; }
}

/// <summary>Why a PyTorch checkpoint is refused.</summary>
public enum PyTorchCheckpointFault
{
    /// <summary>The file has neither the zip format of <c>torch.save</c> nor the format before PyTorch 1.6, or is not little-endian.</summary>
    UnknownFormat,
    /// <summary>The file ends early, or a length in it reaches past its end.</summary>
    Truncated,
    /// <summary>The zip archive is damaged, or lacks an entry that the format needs.</summary>
    Archive,
    /// <summary>The pickle is not well formed: an empty stack, an unset memo entry, a missing end.</summary>
    MalformedPickle,
    /// <summary>The pickle uses an instruction that a state dict does not need.</summary>
    UnsupportedOpcode,
    /// <summary>The pickle names a class or function that is not on the list of harmless ones. It was neither looked up nor called.</summary>
    ForbiddenGlobal,
    /// <summary>A tensor's size, strides or offset do not fit its storage, or its storage does not fit the file.</summary>
    TensorOutOfBounds,
    /// <summary>The values are not a dictionary of tensors: there is no tensor, a name occurs twice, or a container contains itself.</summary>
    NotAStateDict,
    /// <summary>The file is a Git LFS pointer, not the checkpoint itself.</summary>
    GitLfsPointer,
}
