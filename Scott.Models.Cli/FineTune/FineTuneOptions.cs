using Scott.Models.Datasets;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record FineTuneOptions
{
    /// <summary>The command that resumes the run.</summary>
    public required string Command { get; init; }

    /// <summary>Where the labeled images are, in a folder per class; at least one.</summary>
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

    public FineTuningScope Scope { get; init; } = FineTuningScope.Full;

    public ClassifierHead Head { get; init; } = ClassifierHead.SimpleAttentive;

    public double? LayerDecay { get; init; }

    public required RunChoices Run { get; init; }

    public string OutputPath => Run.OutputOr(Labeled[0], FineTuneCommand.Name);

    public FineTuningOptions ToTrainingOptions()
    {
        FineTuningOptions recipe = Run.Override(IsMultiLabel ? FineTuningOptions.MultiLabel : new FineTuningOptions());
        return recipe with
        {
            Scope = Scope,
            Head = Head,
            PeakLearningRate = Run.LearningRate ?? recipe.PeakLearningRate,

            // Fresh weights must all learn as fast as the head.
            LayerDecay = LayerDecay ?? (FromScratch || NamedModel.IsUntrained(Model) ? 1 : recipe.LayerDecay),
        };
    }

    /// <summary>All images, with classes that fit together.</summary>
    /// <exception cref="UsageException">The classes do not fit together.</exception>
    public (IImageDataset Labeled, ImageFolder? Validation, ImageFolder? Test) OpenImages()
    {
        IImageDataset labeled = LabeledFolders.Open(Labeled);
        return (labeled, LabeledFolders.OpenTest(Validation, labeled), LabeledFolders.OpenTest(Test, labeled));
    }

    /// <summary>Refuses the impossible, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate()
    {
        NamedModel.Require(Model);
        string?[] images = [.. Labeled, Validation, Test];
        if (!IsMultiLabel)
        {
            Check.That(LabelSeparator is null, "--label-separator needs --multi-label.");
            string? list = Array.Find(images, path => File.Exists(path));
            Check.That(
                list is null,
                $"'{list}' is a file; expected a folder with a folder per class. For a list with several labels per image add --multi-label.");
            Check.Folders(images);
        }

        foreach (string path in images.OfType<string>())
            Check.That(Path.Exists(path), $"'{path}' does not exist; expected a CSV file or a folder.");

        Run.Validate(OutputPath);
        Check.Legal(() => ToTrainingOptions().Validate());
    }
}
