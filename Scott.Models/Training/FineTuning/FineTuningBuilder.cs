using Scott.Models.Datasets;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>Sets up a fine-tuning run and runs it. Made by <see cref="TrainingExtensions.FineTune"/>. Not thread-safe.</summary>
public sealed class FineTuningBuilder : ClassifierTrainingBuilder<FineTuningBuilder, FineTuningRecord, FineTuningResult>
{
    internal FineTuningBuilder(ScottModel model, IImageDataset training)
        : base(model, training, new FineTuningOptions(), nameof(TrainingExtensions.FineTune)) { }

    private protected override async Task<ITrainingMethod<FineTuningRecord, FineTuningResult>> CreateMethodAsync(
        FineTuningOptions options, CancellationToken cancellationToken)
    {
        options.RequireWatched(isMultiLabel: false);
        return await FineTuningMethod.CreateAsync(Request, options, Validation, cancellationToken).ConfigureAwait(true);
    }
}
