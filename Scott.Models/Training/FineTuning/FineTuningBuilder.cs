using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>Sets up a fine-tuning run and runs it. Made by <see cref="TrainingExtensions.FineTune"/>. Not thread-safe.</summary>
public sealed class FineTuningBuilder : TrainingBuilder<FineTuningBuilder, FineTuningOptions, FineTuningRecord, FineTuningResult>
{
    private IImageDataset? _validation;

    internal FineTuningBuilder(ScottModel model, IImageDataset training)
        : base(model, training, new FineTuningOptions(), nameof(TrainingExtensions.FineTune)) { }

    /// <summary>Trains the head alone.</summary>
    public FineTuningBuilder WithFrozenBackbone() => WithOptions(Options with { Scope = FineTuningScope.FrozenBackbone });

    /// <summary>Trains the head and the last blocks of the backbone.</summary>
    /// <param name="blocks">See <see cref="FineTuningOptions.LastBlocks"/>.</param>
    public FineTuningBuilder WithLastBlocks(int blocks) =>
        WithOptions(Options with { Scope = FineTuningScope.LastBlocks, LastBlocks = blocks });

    /// <summary>Trains the head and low-rank adapters (LoRA), which are merged into the weights at the end.</summary>
    /// <param name="rank">See <see cref="FineTuningOptions.AdapterRank"/>.</param>
    public FineTuningBuilder WithLowRankAdapters(int rank = FineTuningOptions.DefaultAdapterRank) =>
        WithOptions(Options with { Scope = FineTuningScope.LowRankAdapters, AdapterRank = rank });

    /// <summary>Trains all weights.</summary>
    /// <param name="layerDecay">See <see cref="FineTuningOptions.LayerDecay"/>; 1 for a fresh model, which is trained from scratch.</param>
    public FineTuningBuilder WithFullFineTuning(double layerDecay = FineTuningOptions.DefaultLayerDecay) =>
        WithOptions(Options with { Scope = FineTuningScope.Full, LayerDecay = layerDecay });

    /// <summary>Sets what turns tokens into classes.</summary>
    /// <param name="head">See <see cref="FineTuningOptions.Head"/>.</param>
    public FineTuningBuilder WithHead(ClassifierHead head) => WithOptions(Options with { Head = head });

    /// <summary>Sets the images that decide which epoch is the best. Without them, the run sets some of the training images aside.</summary>
    /// <param name="validation">Labeled images of the same classes, in any order.</param>
    /// <exception cref="ArgumentException">It has a class that the training images do not have, or there are no classes.</exception>
    public FineTuningBuilder WithValidation(IImageDataset validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        return Set(LabeledClasses.Align(Request.Dataset.ClassNames, validation, nameof(validation)), aligned => _validation = aligned);
    }

    /// <summary>Sets the share of each class's training images that is set aside for validation.</summary>
    /// <param name="ratio">See <see cref="FineTuningOptions.ValidationRatio"/>.</param>
    public FineTuningBuilder WithValidationRatio(double ratio) => WithOptions(Options with { ValidationRatio = ratio });

    /// <summary>Sets the random changes of the images.</summary>
    /// <param name="augmentation">The new changes; <see langword="null"/> for none: images are then prepared as in evaluation.</param>
    public FineTuningBuilder WithAugmentation(AugmentationSpec? augmentation) =>
        Set(() => Request = Request with { Augmentation = augmentation });

    private protected override async Task<ITrainingMethod<FineTuningRecord, FineTuningResult>> CreateMethodAsync(
        FineTuningOptions options, CancellationToken cancellationToken) =>
        await FineTuningMethod.CreateAsync(Request, options, _validation, cancellationToken).ConfigureAwait(true);
}
