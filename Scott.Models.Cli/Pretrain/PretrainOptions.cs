using Scott.Models.Imaging;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record PretrainOptions
{
    /// <summary>Few have the time for the reference's 300 epochs of large batches.</summary>
    public static readonly PretrainingRecipe DefaultRecipe = PretrainingRecipe.Short;

    private const string AugmentationPrefix = "augmentation.";

    /// <summary>The command that resumes the run.</summary>
    public required string Command { get; init; }

    /// <summary>Where the images are; at least one.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>As <see cref="NamedModel"/> understands it.</summary>
    public string Model { get; init; } = NamedModel.DefaultUntrained;

    public PretrainingRecipe Recipe { get; init; } = DefaultRecipe;

    /// <summary>Settings of the recipe as NAME=VALUE; those of the augmentation begin with "augmentation.".</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

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
    /// <exception cref="UsageException">A setting does not exist.</exception>
    public PretrainingOptions ToTrainingOptions()
    {
        PretrainingOptions recipe = RecipeSettings.Apply(
            Recipe.Options, Settings.Where(setting => !IsOfAugmentation(setting)));
        return recipe with
        {
            Epochs = Run.Epochs ?? recipe.Epochs,
            TimeBudget = Run.TimeBudget ?? recipe.TimeBudget,
            BatchSize = Run.BatchSize ?? recipe.BatchSize,
            PeakLearningRate = Run.LearningRate ?? recipe.PeakLearningRate,
            StartMomentum = Momentum ?? recipe.StartMomentum,
            Seed = Run.Seed ?? recipe.Seed,
            Precision = Run.Precision == TrainingPrecision.Auto ? recipe.Precision : Run.Precision,
            Patience = Run.Patience ?? recipe.Patience,
        };
    }

    /// <summary>The recipe's augmentation, with the settings that change it.</summary>
    /// <exception cref="UsageException">A setting does not exist.</exception>
    public AugmentationSpec ToAugmentation() => RecipeSettings.Apply(
        Recipe.Augmentation, Settings.Where(IsOfAugmentation).Select(setting => setting[AugmentationPrefix.Length..]));

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
        Check.Legal(() => ToAugmentation().Validate());
    }

    private static bool IsOfAugmentation(string setting) => setting.StartsWith(AugmentationPrefix, StringComparison.Ordinal);
}
