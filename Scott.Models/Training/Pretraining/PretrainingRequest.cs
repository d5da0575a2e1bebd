using Microsoft.Extensions.Logging;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>All that a run is made of.</summary>
/// <param name="Model">Whose weights the encoders start from.</param>
/// <param name="Dataset">The images.</param>
/// <param name="Options">The recipe.</param>
/// <param name="Augmentation">The images' random changes.</param>
/// <param name="Run">How to carry it out.</param>
/// <param name="Probe">Labeled images to evaluate on, if there are any.</param>
/// <param name="OnStep">Awaited after each step.</param>
/// <param name="OnEpoch">Awaited after each epoch; <see langword="false"/> ends the run.</param>
/// <param name="SaveModelAsync">Writes weights after an epoch as a model file: weights, the epoch's record, path.</param>
/// <param name="Logger">Where warnings go.</param>
internal sealed record PretrainingRequest(
    ScottModel Model,
    IImageDataset Dataset,
    PretrainingOptions Options,
    AugmentationSpec Augmentation,
    TrainingRunOptions Run,
    LabeledProbe? Probe,
    Func<TrainingProgress, CancellationToken, ValueTask> OnStep,
    Func<PretrainingRecord, CancellationToken, ValueTask<bool>> OnEpoch,
    Func<WeightSet, PretrainingRecord, string, CancellationToken, Task> SaveModelAsync,
    ILogger Logger);
