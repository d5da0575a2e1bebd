using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>What the builders of fine-tuning share, be it to one class for each image or to several labels. Not thread-safe.</summary>
/// <typeparam name="TBuilder">The builder itself.</typeparam>
/// <typeparam name="TRecord">The record of an epoch.</typeparam>
/// <typeparam name="TResult">What a run returns.</typeparam>
public abstract class ClassifierTrainingBuilder<TBuilder, TRecord, TResult> : TrainingBuilder<TBuilder, FineTuningOptions, TRecord, TResult>
    where TBuilder : ClassifierTrainingBuilder<TBuilder, TRecord, TResult>
    where TRecord : TrainingRecord
{
    private protected ClassifierTrainingBuilder(ScottModel model, IImageDataset training, FineTuningOptions options, string verb)
        : base(model, training, options, verb) { }

    /// <summary>The validation images that the app gave, with the classes of the training images.</summary>
    private protected IImageDataset? Validation { get; private set; }

    /// <summary>Trains the head alone.</summary>
    public TBuilder WithFrozenBackbone() => WithOptions(Options with { Scope = FineTuningScope.FrozenBackbone });

    /// <summary>Trains the head and the last blocks of the backbone.</summary>
    /// <param name="blocks">See <see cref="FineTuningOptions.LastBlocks"/>.</param>
    public TBuilder WithLastBlocks(int blocks) =>
        WithOptions(Options with { Scope = FineTuningScope.LastBlocks, LastBlocks = blocks });

    /// <summary>Trains the head and low-rank adapters (LoRA), which are merged into the weights at the end.</summary>
    /// <param name="rank">See <see cref="FineTuningOptions.AdapterRank"/>.</param>
    public TBuilder WithLowRankAdapters(int rank = FineTuningOptions.DefaultAdapterRank) =>
        WithOptions(Options with { Scope = FineTuningScope.LowRankAdapters, AdapterRank = rank });

    /// <summary>Trains all weights.</summary>
    /// <param name="layerDecay">See <see cref="FineTuningOptions.LayerDecay"/>; 1 for a fresh model, which is trained from scratch.</param>
    public TBuilder WithFullFineTuning(double layerDecay = FineTuningOptions.DefaultLayerDecay) =>
        WithOptions(Options with { Scope = FineTuningScope.Full, LayerDecay = layerDecay });

    /// <summary>Sets what turns tokens into classes.</summary>
    /// <param name="head">See <see cref="FineTuningOptions.Head"/>.</param>
    public TBuilder WithHead(ClassifierHead head) => WithOptions(Options with { Head = head });

    /// <summary>Sets the images that decide which epoch is the best. Without them, the run sets some of the training images aside.</summary>
    /// <param name="validation">Labeled images of the same classes, in any order.</param>
    /// <exception cref="ArgumentException">It has a class that the training images do not have, or there are no classes.</exception>
    public TBuilder WithValidation(IImageDataset validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        return Set(LabeledClasses.Align(Request.Dataset.ClassNames, validation, nameof(validation)), aligned => Validation = aligned);
    }

    /// <summary>Sets the share of each class's training images that is set aside for validation.</summary>
    /// <param name="ratio">See <see cref="FineTuningOptions.ValidationRatio"/>.</param>
    public TBuilder WithValidationRatio(double ratio) => WithOptions(Options with { ValidationRatio = ratio });

    /// <summary>Sets the random changes of the images.</summary>
    /// <param name="augmentation">The new changes; <see langword="null"/> for none: images are then prepared as in evaluation.</param>
    public TBuilder WithAugmentation(AugmentationSpec? augmentation) =>
        Set(() => Request = Request with { Augmentation = augmentation });
}
