namespace Scott.Models;

/// <summary>A file of vectors (an index, prototypes, an anomaly detector) is sound safetensors, but cannot be used. Nothing was loaded.</summary>
public sealed class VectorFileException : ScottException
{
    internal VectorFileException(string path, VectorFileFault fault, string detail, Exception? innerException = null)
        : base($"'{path}' {detail}", innerException) => (Path, Fault) = (path, fault);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is wrong with it.</summary>
    public VectorFileFault Fault { get; }
}

/// <summary>The ways a file of vectors can be wrong.</summary>
public enum VectorFileFault
{
    /// <summary>It holds something else, for example the weights of a model or another kind of vectors.</summary>
    OtherKind,
    /// <summary>A newer version of this package wrote it.</summary>
    NewerVersion,
    /// <summary>Its fingerprint or its description is missing or not understood.</summary>
    Description,
    /// <summary>A tensor is missing, or has another type or shape than the description says.</summary>
    Tensor,
    /// <summary>A number is not legal: not finite, or out of its range.</summary>
    Value,
}
