using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>How a loader reads a dataset. Only batch size and seed decide what is in a batch.</summary>
internal sealed record LoaderOptions
{
    public const long DefaultCacheBytes = 2L << 30;

    /// <summary>Images in a batch.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Decides order, augmentation and masks.</summary>
    public long Seed { get; init; } = 47;

    /// <summary>Images worked on at once; 0 for one per core.</summary>
    public int Workers { get; init; }

    /// <summary>The memory for decoded images.</summary>
    public long CacheBytes { get; init; } = DefaultCacheBytes;

    /// <summary>Batches made ahead of the one in use.</summary>
    public int BatchesAhead { get; init; } = 2;

    /// <summary>Whether an image that cannot be read ends the run. Otherwise another takes its place, and it is reported once.</summary>
    public bool FailsOnUnreadable { get; init; }

    public ImageDecodingOptions Decoding { get; init; } = new();

    public int EffectiveWorkers => Workers == 0 ? Environment.ProcessorCount : Workers;
}
