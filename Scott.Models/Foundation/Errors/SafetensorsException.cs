namespace Scott.Models;

/// <summary>A file is not a valid safetensors file, or holds a tensor that is too large for one weight.</summary>
public sealed class SafetensorsException : ScottException
{
    internal SafetensorsException(string path, SafetensorsFault fault, string detail, string? tensorName = null, Exception? innerException = null)
        : base($"'{path}' is not a valid safetensors file: {detail}"
            + (fault == SafetensorsFault.GitLfsPointer ? string.Empty : " The file is damaged or of another kind; fetch or save it again."),
            innerException) =>
        (Path, Fault, TensorName) = (path, fault, tensorName);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The rule of the format that the file breaks.</summary>
    public SafetensorsFault Fault { get; }

    /// <summary>The tensor that has the fault; <see langword="null"/> if the fault is in the whole file.</summary>
    public string? TensorName { get; }
}

/// <summary>The ways a safetensors file can be wrong.</summary>
/// <remarks>Follows the rules of the format's description (github.com/huggingface/safetensors, README, "Format").</remarks>
public enum SafetensorsFault
{
    /// <summary>The file is shorter than the 8 bytes that give the header's length.</summary>
    TooShort,
    /// <summary>The header is longer than the format's limit of 100 000 000 bytes.</summary>
    HeaderTooLarge,
    /// <summary>The header's length reaches past the end of the file.</summary>
    HeaderOutOfBounds,
    /// <summary>The header's bytes are not UTF-8.</summary>
    HeaderNotUtf8,
    /// <summary>The header does not start with <c>{</c>.</summary>
    HeaderStart,
    /// <summary>The header is not valid JSON.</summary>
    HeaderNotJson,
    /// <summary>A tensor, a metadata entry or a field occurs twice in the header.</summary>
    DuplicateKey,
    /// <summary><c>__metadata__</c> is not an object of strings.</summary>
    Metadata,
    /// <summary>A tensor's entry lacks a field, has an unknown field, or has a field of the wrong type.</summary>
    TensorEntry,
    /// <summary>A tensor's element type is not known.</summary>
    UnknownDType,
    /// <summary>A dimension is negative or the shape's size in bytes does not fit in 64 bits.</summary>
    ShapeOverflow,
    /// <summary>A tensor's offsets are negative or reversed, or reach past the end of the file.</summary>
    OffsetsOutOfBounds,
    /// <summary>A tensor's offsets do not span as many bytes as its type and shape need.</summary>
    SizeMismatch,
    /// <summary>A single tensor is larger than the largest array, 2 GiB.</summary>
    TensorTooLarge,
    /// <summary>Two tensors share bytes.</summary>
    OverlappingTensors,
    /// <summary>Bytes of the data belong to no tensor.</summary>
    Gap,
    /// <summary>The file is a Git LFS pointer, not the weights themselves.</summary>
    GitLfsPointer,
}
