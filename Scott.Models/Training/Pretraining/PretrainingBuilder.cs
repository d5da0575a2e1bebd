using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>Sets up a pre-training run and runs it. Made by <see cref="TrainingExtensions.Pretrain"/>. Not thread-safe.</summary>
public sealed class PretrainingBuilder : TrainingBuilder<PretrainingBuilder, PretrainingOptions, PretrainingRecord, PretrainingResult>
{
    private LabeledProbe? _probe;

    internal PretrainingBuilder(ScottModel model, IImageDataset dataset)
        : base(model, dataset, new PretrainingOptions(), nameof(TrainingExtensions.Pretrain)) { }

    /// <summary>Sets all options and the augmentation to a recipe's. Call it before the methods that change parts of it.</summary>
    /// <param name="recipe">One of the recipes of <see cref="PretrainingRecipe"/>.</param>
    public PretrainingBuilder WithRecipe(PretrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return WithOptions(recipe.Options).WithAugmentation(recipe.Augmentation);
    }

    /// <summary>Sets the random changes of the images.</summary>
    /// <param name="augmentation">The new changes.</param>
    public PretrainingBuilder WithAugmentation(AugmentationSpec augmentation) =>
        Set(augmentation, value => Request = Request with { Augmentation = value });

    /// <summary>Measures the accuracy of the frozen features on labeled images during the run: nearest neighbors and a linear probe.</summary>
    /// <remarks>The run learns nothing from the labels; they only decide which epoch is the best.</remarks>
    /// <param name="training">The images that the probes learn from.</param>
    /// <param name="validation">The images that they are tested on, of the same classes.</param>
    /// <param name="everyEpochs">The epochs from one evaluation to the next, at least 1. The last planned epoch has one.</param>
    /// <exception cref="ArgumentException">The validation images have a class that the others do not have, or there are no classes.</exception>
    public PretrainingBuilder WithEvaluation(IImageDataset training, IImageDataset validation, int everyEpochs = 1)
    {
        var probe = LabeledProbe.Create(training, validation, everyEpochs);
        return Set(() => _probe = probe);
    }

    private protected override async Task<ITrainingMethod<PretrainingRecord, PretrainingResult>> CreateMethodAsync(
        PretrainingOptions options, CancellationToken cancellationToken) =>
        await PretrainingMethod.CreateAsync(Request, options, _probe, cancellationToken).ConfigureAwait(true);
}
