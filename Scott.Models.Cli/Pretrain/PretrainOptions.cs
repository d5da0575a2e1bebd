using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record PretrainOptions
{
    /// <summary>Few have the time for the reference's 300 epochs of large batches.</summary>
    public static readonly PretrainingRecipe DefaultRecipe = PretrainingRecipe.Short;

    /// <summary>The command that resumes the run.</summary>
    public required string Command { get; init; }

    /// <summary>Where the images are; at least one.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>As <see cref="NamedModel"/> understands it.</summary>
    public string Model { get; init; } = NamedModel.DefaultUntrained;

    public PretrainingRecipe Recipe { get; init; } = DefaultRecipe;

    public double? Momentum { get; init; }

    /// <summary>Whether the model file holds half-precision weights.</summary>
    public bool HasHalfWeights { get; init; }

    public string? LabelsTrain { get; init; }

    public string? LabelsVal { get; init; }

    public int? EvaluateEvery { get; init; }

    public required RunChoices Run { get; init; }

    public bool HasLabels => LabelsTrain is not null;

    public string OutputPath => Run.OutputOr(Folders[0], PretrainCommand.Name);

    /// <summary>The recipe, with the options that override it.</summary>
    public PretrainingOptions ToTrainingOptions() => Recipe.Options with
    {
        Epochs = Run.Epochs ?? Recipe.Options.Epochs,
        TimeBudget = Run.TimeBudget,
        BatchSize = Run.BatchSize ?? Recipe.Options.BatchSize,
        PeakLearningRate = Run.LearningRate ?? Recipe.Options.PeakLearningRate,
        StartMomentum = Momentum ?? Recipe.Options.StartMomentum,
        Seed = Run.Seed ?? Recipe.Options.Seed,
        Precision = Run.Precision,
        Patience = Run.Patience,
    };

    /// <summary>Refuses the impossible, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate()
    {
        NamedModel.Require(Model);
        Check.Folders([.. Folders, LabelsTrain, LabelsVal]);
        Check.That(LabelsTrain is null == LabelsVal is null, "--labels-train and --labels-val go together; give both or none.");
        Check.That(EvaluateEvery is null || HasLabels, "--evaluate-every needs --labels-train and --labels-val.");
        Check.That(EvaluateEvery is null or >= 1, $"--evaluate-every is {EvaluateEvery}; expected at least 1.");
        Run.Validate(OutputPath);
        Check.Legal(() => ToTrainingOptions().Validate());
    }
}
