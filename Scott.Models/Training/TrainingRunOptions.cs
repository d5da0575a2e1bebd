using Scott.Models.Imaging;
using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>How a run works. Device and decoding change the weights that it learns, and so does <see cref="AllowChangedOptions"/> if a run resumes
/// after a change. The other options do not. Immutable; equal by value.</summary>
public sealed record TrainingRunOptions
{
    /// <summary>The default of <see cref="CacheBytes"/>: 2 GiB.</summary>
    public const long DefaultCacheBytes = 2L << 30;

    private const int MaximumWorkers = 4096;
    private const int MaximumKeptCheckpoints = 1000;
    private const int MaximumHealthImages = 65536;

    /// <summary>Where to train.</summary>
    /// <value>Default: <see cref="TorchDevice.Auto"/>.</value>
    public TorchDevice Device { get; init; } = TorchDevice.Auto;

    /// <summary>Images decoded and augmented in parallel.</summary>
    /// <value>0 (one per core) to 4096; default: 0.</value>
    public int Workers { get; init; }

    /// <summary>The memory for decoded images; images that do not fit are decoded again in every epoch.</summary>
    /// <value>At least 0; default: 2 GiB.</value>
    public long CacheBytes { get; init; } = DefaultCacheBytes;

    /// <summary>Whether an image that cannot be read ends the run. Otherwise a warning is logged: for a training image the next one takes its place,
    /// and an image that is only measured is left out.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool FailOnUnreadable { get; init; }

    /// <summary>How images are decoded.</summary>
    /// <value>Default: exactly, up to <see cref="ImageDecodingOptions.DefaultMaximumPixels"/> pixels.</value>
    public ImageDecodingOptions Decoding { get; init; } = new();

    /// <summary>The folder of checkpoints and records, for one run at a time. A run that finds checkpoints there resumes from the newest.</summary>
    /// <value>Default: <see langword="null"/>, none: a run that stops is lost.</value>
    public string? CheckpointFolder { get; init; }

    /// <summary>The epochs between checkpoints, besides those of <see cref="CheckpointInterval"/>.</summary>
    /// <value>At least 1; default: <see langword="null"/>, only time decides.</value>
    public int? CheckpointEpochs { get; init; }

    /// <summary>The time between checkpoints. The run also writes one at its end and when it is canceled.</summary>
    /// <value>More than zero; default: 10 minutes.</value>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many of the newest checkpoints are kept.</summary>
    /// <value>1 to 1000; default: 2, in case the newest is damaged.</value>
    public int KeptCheckpoints { get; init; } = 2;

    /// <summary>Whether to resume from a checkpoint of another recipe or of other images. Each change is logged.</summary>
    /// <value>Default: <see langword="false"/>: an error lists the changes.</value>
    public bool AllowChangedOptions { get; init; }

    /// <summary>The images whose features pre-training and distillation check after each epoch. Fine-tuning checks its validation images.</summary>
    /// <value>2 to 65 536; default: 256, or all images if there are fewer. At 224 pixels, at most 14 266 are checked.</value>
    public int HealthImages { get; init; } = 256;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(TrainingRunOptions));
        faults.RequireRange(nameof(Workers), Workers, 0, MaximumWorkers);
        faults.RequireRange(nameof(KeptCheckpoints), KeptCheckpoints, 1, MaximumKeptCheckpoints);
        faults.RequireRange(nameof(HealthImages), HealthImages, 2, MaximumHealthImages);
        faults.Require(CacheBytes >= 0, $"CacheBytes is {CacheBytes}; expected at least 0.");
        faults.Require(CheckpointFolder is not "", "CheckpointFolder is empty; expected a folder, or null for none.");
        faults.Require(CheckpointEpochs is null or >= 1, $"CheckpointEpochs is {CheckpointEpochs}; expected at least 1.");
        faults.Require(CheckpointInterval > TimeSpan.Zero, $"CheckpointInterval is {CheckpointInterval}; expected more than zero.");
        faults.ThrowIfAny();
        Decoding.Validate();
    }

    internal int EffectiveWorkers => Workers == 0 ? Environment.ProcessorCount : Workers;
}
