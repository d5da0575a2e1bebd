namespace Scott.Models.Foundation;

/// <summary>Why a run cannot use its checkpoint folder.</summary>
public enum CheckpointFault
{
    /// <summary>None of the checkpoints is sound.</summary>
    Damaged,

    /// <summary>The checkpoints are of a run with other settings, other images or another architecture.</summary>
    OtherRun,

    /// <summary>Another run uses the folder.</summary>
    InUse,

    /// <summary>There is no room left for a checkpoint or record.</summary>
    DiskFull,

    /// <summary>The folder, or a file in it, cannot be made or written.</summary>
    NotWritable,

    /// <summary>A checkpoint cannot be read.</summary>
    NotReadable,
}
