namespace Scott.Models.Weights;

/// <summary>Where the bytes of a weights file are kept while they are in use.</summary>
public enum WeightStorage
{
    /// <summary>Read into managed memory. Afterwards the file may change or be deleted.</summary>
    Managed,

    /// <summary>
    /// Mapped from the file: opens at once, and processes share one copy. The file must not change until nothing refers to the
    /// weights any more; on most systems, truncating it ends a process that uses it.
    /// </summary>
    MemoryMapped,
}
