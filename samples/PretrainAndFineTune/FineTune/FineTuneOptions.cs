using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Training;

namespace PretrainAndFineTune.FineTune;

/// <summary>What the command line asks for.</summary>
internal sealed record FineTuneOptions
{
    /// <summary>As they were typed, for the command that goes on with the run.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Where the labelled pictures are, in a folder per class; at least one.</summary>
    public required IReadOnlyList<string> Labelled { get; init; }

    /// <summary>The pictures that decide which epoch is the best; <see langword="null"/> for a part of the labelled ones.</summary>
    public string? Validation { get; init; }

    /// <summary>The pictures that the finished classifier is tested on.</summary>
    public string? Test { get; init; }

    /// <summary>Whether to take no more than the model's architecture, with fresh weights.</summary>
    public bool FromScratch { get; init; }

    /// <summary>As <see cref="NamedModel"/> understands it.</summary>
    public string Model { get; init; } = NamedModel.Default;

    public FineTuningScope Scope { get; init; } = FineTuningScope.Full;

    public ClassifierHead Head { get; init; } = ClassifierHead.SimpleAttentive;

    public double? LayerDecay { get; init; }

    public required RunChoices Run { get; init; }

    public string OutputPath => Run.OutputOr(Labelled[0], FineTuneCommand.Name);

    public FineTuningOptions ToTrainingOptions()
    {
        var recipe = new FineTuningOptions();
        return recipe with
        {
            Scope = Scope,
            Head = Head,
            Epochs = Run.Epochs ?? recipe.Epochs,
            TimeBudget = Run.TimeBudget,
            BatchSize = Run.BatchSize ?? recipe.BatchSize,
            PeakLearningRate = Run.LearningRate ?? recipe.PeakLearningRate,

            // Weights that know nothing yet must all learn as fast as the head.
            LayerDecay = LayerDecay ?? (FromScratch || NamedModel.IsUntrained(Model) ? 1 : recipe.LayerDecay),
            Seed = Run.Seed ?? recipe.Seed,
            Precision = Run.Precision,
            Patience = Run.Patience,
        };
    }

    /// <summary>All pictures, with classes that fit together.</summary>
    /// <exception cref="UsageException">They do not.</exception>
    public (IImageDataset Labelled, ImageFolder? Validation, ImageFolder? Test) OpenPictures()
    {
        IImageDataset labelled = LabelledFolders.Open(Labelled);
        return (labelled, LabelledFolders.OpenTest(Validation, labelled), LabelledFolders.OpenTest(Test, labelled));
    }

    /// <summary>Refuses what cannot be, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">Something cannot.</exception>
    /// <param name="modelIsToCome">Whether an earlier run is to write the model.</param>
    public void Validate(bool modelIsToCome = false)
    {
        if (!modelIsToCome)
        {
            NamedModel.Require(Model);
        }

        Check.Folders([.. Labelled, Validation, Test]);
        Run.Validate(OutputPath);
        Check.Legal(() => ToTrainingOptions().Validate());
    }
}
