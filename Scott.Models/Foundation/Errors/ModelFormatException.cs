namespace Scott.Models;

/// <summary>A weights file is sound but does not describe a model: the description in its metadata is missing, not understood, or
/// not the one that the caller asked for. Or a configuration of another library describes a model that this package cannot compute.</summary>
public sealed class ModelFormatException : ScottException
{
    internal ModelFormatException(string path, string message, Exception? innerException = null)
        : base(message, innerException) => Path = path;

    internal ModelFormatException(string path, string field, string fault)
        : base($"'{path}' describes a model that this package cannot use: {field} {fault}") => (Path, Field) = (path, field);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The field of another library's configuration that decided, for example <c>hidden_act</c> or <c>model_args.global_pool</c>.</summary>
    /// <value><see langword="null"/> if there is no such field.</value>
    public string? Field { get; }
}
