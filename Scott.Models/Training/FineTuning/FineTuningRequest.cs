using Microsoft.Extensions.Logging;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>All that a run is made of.</summary>
/// <param name="Model">Whose weights the backbone starts from.</param>
/// <param name="Training">The labeled images.</param>
/// <param name="Validation">Those to choose the best epoch on; <see langword="null"/> to set a part of the training images aside.</param>
/// <param name="Options">The recipe.</param>
/// <param name="Augmentation">The images' random changes; <see langword="null"/> for none: each is seen as for evaluation.</param>
/// <param name="Run">How to carry it out.</param>
/// <param name="OnStep">Awaited after each step.</param>
/// <param name="OnEpoch">Awaited after each epoch; <see langword="false"/> ends the run.</param>
/// <param name="SaveModelAsync">Writes weights after an epoch as a model file: weights, the epoch's record, path.</param>
/// <param name="Logger">Where warnings go.</param>
internal sealed record FineTuningRequest(
    ScottModel Model,
    IImageDataset Training,
    IImageDataset? Validation,
    FineTuningOptions Options,
    AugmentationSpec? Augmentation,
    TrainingRunOptions Run,
    Func<TrainingProgress, CancellationToken, ValueTask> OnStep,
    Func<FineTuningRecord, CancellationToken, ValueTask<bool>> OnEpoch,
    Func<WeightSet, FineTuningRecord, string, CancellationToken, Task> SaveModelAsync,
    ILogger Logger);
