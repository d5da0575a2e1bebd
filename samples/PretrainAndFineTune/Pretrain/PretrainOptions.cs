using System.Globalization;
using Samples.Shared;
using Scott.Models.Errors;
using Scott.Models.Native;
using Scott.Models.Optimization;
using Scott.Models.Pretraining;
using Scott.Models.Training;

namespace PretrainAndFineTune.Pretrain;

/// <summary>What the command line asks for; <see langword="null"/> where the recipe's own value is to hold.</summary>
internal sealed record PretrainOptions
{
    public const string DefaultModel = "scott-mini-112";
    public const long BytesPerMegabyte = 1L << 20;

    private const double MaximumMinutes = 1e6;

    /// <summary>Few have the time for the reference's 300 epochs of large batches.</summary>
    public static readonly PretrainingRecipe DefaultRecipe = PretrainingRecipe.Short;

    /// <summary>As they were typed, for the command that goes on with the run.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Where the pictures are; at least one.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    public string? Output { get; init; }

    /// <summary>An architecture's name or a model file's path.</summary>
    public string Model { get; init; } = DefaultModel;

    public PretrainingRecipe Recipe { get; init; } = DefaultRecipe;

    public int? Epochs { get; init; }

    public double? Minutes { get; init; }

    public int? BatchSize { get; init; }

    public double? LearningRate { get; init; }

    public double? Momentum { get; init; }

    public long? Seed { get; init; }

    public TrainingPrecision Precision { get; init; }

    public int? Patience { get; init; }

    public string? LabelsTrain { get; init; }

    public string? LabelsVal { get; init; }

    public int? EvaluateEvery { get; init; }

    public int Workers { get; init; }

    public TorchDevice Device { get; init; } = TorchDevice.Auto;

    public int CacheMegabytes { get; init; }

    public double? CheckpointMinutes { get; init; }

    public bool FailsOnUnreadable { get; init; }

    public bool AllowsChangedOptions { get; init; }

    public bool HasLabels => LabelsTrain is not null;

    /// <summary>The run's folder, named after the pictures' first unless it was said.</summary>
    public string OutputPath => Output ?? Path.Combine("runs", Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folders[0]))));

    /// <summary>The recipe with what was said otherwise.</summary>
    public PretrainingOptions ToTrainingOptions() => Recipe.Options with
    {
        Epochs = Epochs ?? Recipe.Options.Epochs,
        TimeBudget = Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        BatchSize = BatchSize ?? Recipe.Options.BatchSize,
        PeakLearningRate = LearningRate ?? Recipe.Options.PeakLearningRate,
        StartMomentum = Momentum ?? Recipe.Options.StartMomentum,
        Seed = Seed ?? Recipe.Options.Seed,
        Precision = Precision,
        Patience = Patience,
    };

    /// <summary>How it is carried out.</summary>
    public TrainingRunOptions ToRunOptions()
    {
        var run = new TrainingRunOptions
        {
            Device = Device,
            Workers = Workers,
            CacheBytes = CacheMegabytes * BytesPerMegabyte,
            FailOnUnreadable = FailsOnUnreadable,
            CheckpointFolder = OutputPath,
            AllowChangedOptions = AllowsChangedOptions,
        };
        return CheckpointMinutes is { } minutes ? run with { CheckpointInterval = TimeSpan.FromMinutes(minutes) } : run;
    }

    /// <summary>Refuses what cannot be, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">Something cannot.</exception>
    public void Validate()
    {
        foreach (string folder in Folders.Append(LabelsTrain).Append(LabelsVal).OfType<string>())
        {
            Require(Directory.Exists(folder), $"The folder '{folder}' does not exist.");
        }

        Require(!File.Exists(OutputPath), $"The output '{OutputPath}' is a file; expected a folder, or a name that is free.");
        Require(LabelsTrain is null == LabelsVal is null, "--labels-train and --labels-val go together; give both or none.");
        Require(EvaluateEvery is null || HasLabels, "--evaluate-every needs --labels-train and --labels-val.");
        Require(EvaluateEvery is null or >= 1, $"--evaluate-every is {EvaluateEvery}; expected at least 1.");
        RequireTime("--minutes", Minutes);
        RequireTime("--checkpoint-minutes", CheckpointMinutes);
        try
        {
            ToTrainingOptions().Validate();
            ToRunOptions().Validate();
        }
        catch (ScottConfigurationException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    private static void RequireTime(string name, double? minutes) =>
        Require(minutes is null or (> 0 and <= MaximumMinutes), string.Create(CultureInfo.InvariantCulture, $"{name} is {minutes}; expected more than 0 and at most {MaximumMinutes}."));

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new UsageException(message);
        }
    }
}
