namespace Scott.Models.Errors;

/// <summary>A run cannot go on from its checkpoints.</summary>
public sealed class CheckpointException : ScottException
{
    internal CheckpointException(string folder, string detail, Exception? innerException = null)
        : base($"The run in '{folder}' cannot go on: {detail}", innerException) => Folder = folder;

    /// <summary>The checkpoints' folder.</summary>
    public string Folder { get; }
}
