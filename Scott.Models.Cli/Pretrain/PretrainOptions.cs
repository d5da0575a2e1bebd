using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record PretrainOptions
{
    /// <summary>Few have the time for the reference's 300 epochs of large batches.</summary>
    public static readonly PretrainingRecipe DefaultRecipe = PretrainingRecipe.Short;


    /// <summary>The command that resumes the run.</summary>
    public required string Command { get; init; }

    /// <summary>The folders and lists of the images; at least one.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>As <see cref="NamedModel"/> understands it.</summary>
    public string Model { get; init; } = NamedModel.DefaultUntrained;

    public PretrainingRecipe Recipe { get; init; } = DefaultRecipe;

    /// <summary>Settings of the recipe as NAME=VALUE; those of the augmentation begin with "augmentation.".</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public double? Momentum { get; init; }

    /// <summary>Whether the model file holds half-precision weights.</summary>
    public bool HasHalfWeights { get; init; }

    public LabelChoices Labels { get; init; } = new();

    public required RunChoices Run { get; init; }

    public string OutputPath => Run.OutputOr(Images[0], PretrainCommand.Name);

    /// <summary>The recipe, with the options that override it.</summary>
    /// <exception cref="UsageException">A setting does not exist.</exception>
    public PretrainingOptions ToTrainingOptions()
    {
        PretrainingOptions recipe = Run.Override(RecipeSettings.Apply(Recipe.Options, Settings));
        return recipe with
        {
            PeakLearningRate = Run.LearningRate ?? recipe.PeakLearningRate,
            StartMomentum = Momentum ?? recipe.StartMomentum,
        };
    }

    /// <summary>The recipe's augmentation, with the settings that change it.</summary>
    /// <exception cref="UsageException">A setting does not exist.</exception>
    public AugmentationSpec ToAugmentation() => RecipeSettings.ApplyAugmentation(Recipe.Augmentation, Settings);

    /// <summary>Refuses the impossible, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate()
    {
        NamedModel.Require(Model);
        Check.FoldersOrLists([.. Images]);
        Labels.Validate();
        Run.Validate(OutputPath);
        Check.Legal(() => ToTrainingOptions().Validate());
        Check.Legal(() => ToAugmentation().Validate());
    }
}
