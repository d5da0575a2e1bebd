using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What the command line says about any training run; <see langword="null"/> stands for the recipe's own value.</summary>
internal sealed record RunChoices
{
    public const long BytesPerMegabyte = 1L << 20;

    private const double MaximumMinutes = 1e6;
    private static readonly string[] Splits = ["train", "training", "val", "valid", "validation", "test"];

    /// <summary>The run's folder, if given.</summary>
    public string? Output { get; init; }

    public int? Epochs { get; init; }

    public double? Minutes { get; init; }

    public int? BatchSize { get; init; }

    public double? LearningRate { get; init; }

    public long? Seed { get; init; }

    public TrainingPrecision Precision { get; init; }

    public int? Patience { get; init; }

    public int Workers { get; init; }

    public TorchDevice Device { get; init; } = TorchDevice.Auto;

    public int CacheMegabytes { get; init; } = (int)(TrainingRunOptions.DefaultCacheBytes / BytesPerMegabyte);

    public double? CheckpointMinutes { get; init; }

    public bool FailsOnUnreadable { get; init; }

    public bool AllowsChangedOptions { get; init; }

    public TimeSpan? TimeBudget => Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;

    /// <summary>The folder given, otherwise one below <c>runs</c> named after the dataset and the job. The dataset of <c>flowers/train</c> is
    /// <c>flowers</c>.</summary>
    public string OutputOr(string images, string job)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(images));
        string name = Path.GetFileName(folder);
        string above = Path.GetFileName(Path.GetDirectoryName(folder) ?? string.Empty);
        return Output ?? Path.Combine("runs", IsSplit(name) && above.Length > 0 ? above : name, job);
    }

    private static bool IsSplit(string name) => Splits.Contains(Path.GetFileNameWithoutExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>A recipe with what the command line says instead. The peak of the learning rate is each recipe's own.</summary>
    public T Override<T>(T recipe)
        where T : TrainingOptions
    {
        TrainingOptions own = recipe;
        return (T)(own with
        {
            Epochs = Epochs ?? own.Epochs,
            TimeBudget = TimeBudget ?? own.TimeBudget,
            BatchSize = BatchSize ?? own.BatchSize,
            Seed = Seed ?? own.Seed,
            Precision = Precision == TrainingPrecision.Auto ? own.Precision : Precision,
            Patience = Patience ?? own.Patience,
        });
    }

    /// <summary>The library's options for a run.</summary>
    public TrainingRunOptions ToRunOptions(string folder)
    {
        var run = new TrainingRunOptions
        {
            Device = Device,
            Workers = Workers,
            CacheBytes = CacheMegabytes * BytesPerMegabyte,
            FailOnUnreadable = FailsOnUnreadable,
            CheckpointFolder = folder,
            AllowChangedOptions = AllowsChangedOptions,
        };
        return CheckpointMinutes is { } minutes ? run with { CheckpointInterval = TimeSpan.FromMinutes(minutes) } : run;
    }

    /// <summary>Refuses the impossible, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate(string folder)
    {
        Check.That(!File.Exists(folder), $"The output '{folder}' is a file; expected a folder or a new name.");
        RequireTime("--minutes", Minutes);
        RequireTime("--checkpoint-minutes", CheckpointMinutes);
        Check.That(CacheMegabytes >= 0, $"--cache-mb is {CacheMegabytes}; expected at least 0.");
        Check.Legal(() => ToRunOptions(folder).Validate());
    }

    private static void RequireTime(string name, double? minutes) => Check.That(
        minutes is null or (> 0 and <= MaximumMinutes),
        string.Create(CultureInfo.InvariantCulture, $"{name} is {minutes}; expected more than 0 and at most {MaximumMinutes}."));
}
