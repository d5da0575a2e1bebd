using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record FineTuneOptions
{
    /// <summary>The command that resumes the run.</summary>
    public required string Command { get; init; }

    /// <summary>The folders and lists of the labeled images; at least one. A folder has a folder per class.</summary>
    public required IReadOnlyList<string> Labeled { get; init; }

    /// <summary>The images that decide which epoch is the best; <see langword="null"/> for a split of the labeled ones.</summary>
    public string? Validation { get; init; }

    /// <summary>The images that the finished classifier is tested on.</summary>
    public string? Test { get; init; }

    /// <summary>Whether the classifier is that of the last epoch, and not that of the best one.</summary>
    public bool TakesLastEpoch { get; init; }

    /// <summary>Whether images have several labels: the images are then CSV files, or folders with links.</summary>
    public bool IsMultiLabel { get; init; }

    /// <summary>What separates the labels of a field; <see langword="null"/> for what the file uses.</summary>
    public char? LabelSeparator { get; init; }

    /// <summary>Whether to take the model's architecture alone, with fresh weights.</summary>
    public bool FromScratch { get; init; }

    /// <summary>As <see cref="NamedModel"/> understands it.</summary>
    public string Model { get; init; } = NamedModel.Default;

    /// <summary>Settings of the recipe as NAME=VALUE; those of the augmentation begin with "augmentation.".</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public FineTuningScope? Scope { get; init; }

    public ClassifierHead? Head { get; init; }

    public double? LayerDecay { get; init; }

    public required RunChoices Run { get; init; }

    public string OutputPath => Run.OutputOr(Labeled[0], FineTuneCommand.Name);

    /// <summary>The recipe, with the options that override it.</summary>
    /// <exception cref="UsageException">A setting does not exist.</exception>
    public FineTuningOptions ToTrainingOptions()
    {
        FineTuningOptions usual = IsMultiLabel ? FineTuningOptions.MultiLabel : new FineTuningOptions();

        // Fresh weights must all learn as fast as the head.
        usual = NamedModel.IsUntrained(Model) ? usual with { LayerDecay = 1 } : usual;
        FineTuningOptions recipe = Run.Override(RecipeSettings.Apply(usual, Settings));
        return recipe with
        {
            Scope = Scope ?? recipe.Scope,
            Head = Head ?? recipe.Head,
            PeakLearningRate = Run.LearningRate ?? recipe.PeakLearningRate,
            LayerDecay = LayerDecay ?? (FromScratch ? 1 : recipe.LayerDecay),
        };
    }

    /// <summary>The augmentation of such runs, with the settings that change it.</summary>
    /// <exception cref="UsageException">A setting does not exist.</exception>
    public AugmentationSpec ToAugmentation()
    {
        var usual = new AugmentationSpec();
        return RecipeSettings.ApplyAugmentation(
            IsMultiLabel ? usual with { MinimumScale = MultiLabelBuilder.DefaultMinimumScale } : usual, Settings);
    }

    /// <summary>All images, with classes that fit together.</summary>
    /// <exception cref="UsageException">The classes do not fit together.</exception>
    public async Task<(IImageDataset Labeled, IImageDataset? Validation, IImageDataset? Test)> OpenImagesAsync(CancellationToken cancellationToken)
    {
        IImageDataset labeled = await ImageInputs.OpenLabeledAsync(Labeled, cancellationToken);
        Task<IImageDataset?> OpenAsync(string? path) => ImageInputs.OpenTestAsync(path, labeled, cancellationToken);
        return (labeled, await OpenAsync(Validation), await OpenAsync(Test));
    }

    /// <summary>Refuses the impossible, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate()
    {
        NamedModel.Require(Model);
        string?[] images = [.. Labeled, Validation, Test];
        if (IsMultiLabel)
        {
            Check.FoldersOrFiles(images);
        }
        else
        {
            Check.That(LabelSeparator is null, "--label-separator needs --multi-label.");
            Check.FoldersOrLists(images);
        }

        Run.Validate(OutputPath);
        Check.Legal(() => ToTrainingOptions().Validate());
        Check.Legal(() => ToAugmentation().Validate());
    }
}
