namespace Scott.Models.Foundation;

/// <summary>A file is not a valid safetensors file, or holds a tensor that cannot serve as a weight.</summary>
public sealed class SafetensorsException : ScottException
{
    internal SafetensorsException(string path, SafetensorsFault fault, string detail, string? tensorName = null, Exception? innerException = null)
        : base($"'{path}' is not a valid safetensors file: {detail}{Advice(fault)}", innerException)
    {
        Path = path;
        Fault = fault;
        TensorName = tensorName;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Which rule of the format it breaks.</summary>
    public SafetensorsFault Fault { get; }

    /// <summary>The tensor concerned, or <see langword="null"/> when the fault is the file's as a whole.</summary>
    public string? TensorName { get; }

    private static string Advice(SafetensorsFault fault) =>
        fault == SafetensorsFault.GitLfsPointer ? string.Empty : " The file is damaged or of another kind; fetch or save it again.";
}
