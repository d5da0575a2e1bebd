namespace Scott.Models.Weights;

/// <summary>Where the bytes of a weights file live while they are in use.</summary>
public enum WeightStorage
{
    /// <summary>Read into managed memory. The file is free to change or go afterwards.</summary>
    Managed,

    /// <summary>
    /// Mapped from the file: opens at once, and processes share one copy. The file must stay as it is until nothing refers to the
    /// weights any more; truncating it under a running process ends that process on most systems.
    /// </summary>
    MemoryMapped,
}
