namespace Scott.Models;

/// <summary>An embedding job cannot start or continue, or its vectors cannot be read. Finished shards stay valid, and a new call resumes from
/// them.</summary>
public sealed class EmbeddingJobException : ScottException
{
    internal EmbeddingJobException(EmbeddingJobFault fault, string path, string detail, Exception? innerException = null)
        : this("The embedding job cannot continue", fault, path, detail, innerException) { }

    private EmbeddingJobException(string what, EmbeddingJobFault fault, string path, string detail, Exception? innerException)
        : base($"{what}: '{path}' {detail}", innerException) => (Fault, Path) = (fault, path);

    /// <summary>What is wrong.</summary>
    public EmbeddingJobFault Fault { get; }

    /// <summary>The file or folder of the job, or the tar archive, that has the fault.</summary>
    public string Path { get; }

    /// <summary>The error for vectors of the job that cannot be read.</summary>
    internal static EmbeddingJobException Reading(EmbeddingJobFault fault, string path, string detail, Exception? innerException = null) =>
        new("The vectors of the embedding job cannot be read", fault, path, detail, innerException);

    /// <summary>The error for a file of the job that cannot be written.</summary>
    internal static EmbeddingJobException Writing(string path, Exception exception) => DiskFault.IsFull(exception)
        ? new(EmbeddingJobFault.DiskFull, path, "cannot be written: the disk is full. Free space and run again; finished shards are kept.", exception)
        : new(
            EmbeddingJobFault.NotWritable, path,
            $"cannot be written: {exception.Message} Make the folder writable and run again; finished shards are kept.", exception);
}

/// <summary>Why an embedding job cannot start or continue, or its vectors cannot be read.</summary>
public enum EmbeddingJobFault
{
    /// <summary>The folder holds a job with other inputs or another shard size.</summary>
    OtherPlan,
    /// <summary>The folder holds no job.</summary>
    NoPlan,
    /// <summary>The inputs name no image and no tar archive.</summary>
    NoInputs,
    /// <summary>The manifest is damaged, or a newer version of this package wrote it.</summary>
    Manifest,
    /// <summary>The list of inputs beside the manifest is missing, or is not the one of the plan.</summary>
    InputList,
    /// <summary>A tar archive cannot be opened, is damaged, or ends early. Its shard is not written; other shards are not affected.</summary>
    Archive,
    /// <summary>The folder holds a shard that the plan does not have, or one of another plan. Readers would mix it with the others.</summary>
    ForeignShard,
    /// <summary>The disk, or the quota, is full.</summary>
    DiskFull,
    /// <summary>A file cannot be written: no permission, a read-only file system, or a folder where a file should be.</summary>
    NotWritable,
    /// <summary>The job's folder, its manifest, its list or a shard cannot be read.</summary>
    NotReadable,
    /// <summary>Shards are missing, so the vectors are not complete.</summary>
    NotFinished,
    /// <summary>A shard's file is damaged, or has changed while it was read.</summary>
    DamagedShard,
    /// <summary>The inputs cannot be reached from here: their folder is missing, the network is forbidden, or not one image of several
    /// shards can be opened. No shard is written.</summary>
    Unreachable,
}
