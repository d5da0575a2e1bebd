namespace Scott.Models;

/// <summary>A run cannot use its checkpoint folder: it cannot resume from it, write into it, or lock it.</summary>
public sealed class CheckpointException : ScottException
{
    private CheckpointException(CheckpointFault fault, string folder, string message, Exception? innerException)
        : base(message, innerException) => (Fault, Folder) = (fault, folder);

    /// <summary>What is wrong.</summary>
    public CheckpointFault Fault { get; }

    /// <summary>The folder of the checkpoints.</summary>
    public string Folder { get; }

    internal static CheckpointException CannotResume(CheckpointFault fault, string folder, string detail, Exception? innerException = null) =>
        new(fault, folder, $"The run in '{folder}' cannot resume: {detail}", innerException);

    /// <summary>The error for a folder that another run uses. The owner is that run, for example <c>process 12 on HOST</c>.</summary>
    internal static CheckpointException InUse(string folder, string owner) => new(
        CheckpointFault.InUse, folder,
        $"The folder '{folder}' is in use by the run of {owner}. Wait until it ends, stop it, or choose another folder.", null);

    internal static CheckpointException Writing(string folder, Exception exception) => DiskFault.IsFull(exception)
        ? new CheckpointException(
            CheckpointFault.DiskFull, folder,
            $"The disk is full: the run in '{folder}' cannot write its files. Free space and run again; it resumes from the newest checkpoint there.",
            exception)
        : new CheckpointException(
            CheckpointFault.NotWritable, folder,
            $"The run cannot write into '{folder}': {exception.Message} Make the folder writable, or choose another.", exception);

    internal static CheckpointException Reading(string folder, Exception exception) => new(
        CheckpointFault.NotReadable, folder,
        $"The run in '{folder}' cannot read its checkpoints: {exception.Message} Make them readable, or choose another folder.", exception);
}

/// <summary>Why a run cannot use its checkpoint folder.</summary>
public enum CheckpointFault
{
    /// <summary>All checkpoints are damaged.</summary>
    Damaged,
    /// <summary>The checkpoints are of a run with other settings, other images or another architecture.</summary>
    OtherRun,
    /// <summary>Another run uses the folder.</summary>
    InUse,
    /// <summary>There is no room for a checkpoint or record.</summary>
    DiskFull,
    /// <summary>The folder, or a file in it, cannot be made or written.</summary>
    NotWritable,
    /// <summary>A checkpoint cannot be read.</summary>
    NotReadable,
}
