using Scott.Models.Imaging;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>An epoch of a training that learns features without labels.</summary>
internal interface IFeatureRecord
{
    FeatureHealth Health { get; }

    /// <summary><see langword="null"/> in an epoch without evaluation.</summary>
    FrozenAccuracy? Accuracy { get; }
}

/// <summary>Watches the features that a run learns without labels: their health on its own images, and their accuracy on labeled ones.</summary>
internal sealed class FeatureWatch
{
    private readonly HealthProbe _health;
    private readonly LabeledProbe? _probe;
    private readonly string? _probeImages;
    private readonly ImagePreprocessor _preprocessor;
    private readonly ImageDecodingOptions _decoding;
    private readonly DatasetProblemLog _problems;

    private FeatureWatch(
        HealthProbe health, LabeledProbe? probe, string? probeImages, ImagePreprocessor preprocessor, ImageDecodingOptions decoding,
        DatasetProblemLog problems) =>
        (_health, _probe, _probeImages, _preprocessor, _decoding, _problems) = (health, probe, probeImages, preprocessor, decoding, problems);

    /// <summary>Reads some images of the run, and checks that the labeled ones can be read. For checkpoints, reads all labeled ones.</summary>
    /// <param name="request">The run.</param>
    /// <param name="probe">The labeled images; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="DatasetException">There are too few images, or they cannot be read.</exception>
    public static async Task<FeatureWatch> CreateAsync<TRecord>(
        TrainingRequest<TRecord> request, LabeledProbe? probe, CancellationToken cancellationToken)
        where TRecord : TrainingRecord
    {
        if (probe is not null)
            await request.RequireReadableAsync(probe.Training, probe.Validation, cancellationToken).ConfigureAwait(true);

        string? probeImages = probe is not null && request.Run.CheckpointFolder is not null
            ? await probe.IdentifyAsync(request.Run.EffectiveWorkers, cancellationToken).ConfigureAwait(true)
            : null;
        var preprocessor = new ImagePreprocessor(request.Model.Preprocessing, request.Run.Decoding);
        HealthProbe health = await HealthProbe.CreateAsync(
            request.Dataset, preprocessor, request.Run.HealthImages, cancellationToken).ConfigureAwait(true);
        var problems = new DatasetProblemLog(request.Logger, request.Run.FailOnUnreadable);
        return new FeatureWatch(health, probe, probeImages, preprocessor, request.Run.Decoding, problems);
    }

    /// <summary>Refuses a recipe that waits for a figure that is not measured, or not often enough.</summary>
    /// <param name="recipe">The name of the recipe's type.</param>
    /// <param name="watched">The figure that decides which epoch is the best.</param>
    /// <param name="patience">As <see cref="TrainingOptions.Patience"/>.</param>
    /// <param name="probe">The labeled images; <see langword="null"/> for none.</param>
    /// <exception cref="ScottConfigurationException">The figure is not measured, or not often enough.</exception>
    public static void Require(string recipe, WatchedFigure watched, int? patience, LabeledProbe? probe)
    {
        bool needsLabels = watched is WatchedFigure.NeighborAccuracy or WatchedFigure.LinearAccuracy
            || (watched == WatchedFigure.Auto && patience is not null);
        string? fault = !needsLabels ? null
            : probe is null
            ? "Patience or Watched asks for an accuracy, but there are no labeled images to measure it on. "
                + "Use WithEvaluation, or Watched as EffectiveRank."
            : patience < probe.EveryEpochs // Between two evaluations nothing can get better.
            ? $"Patience is {patience}, and the accuracy is measured every {Plural.Of(probe.EveryEpochs, "epoch")}; expected at least that many."
            : null;
        if (fault is not null)
            throw new ScottConfigurationException(recipe, [fault]);
    }

    /// <summary>The figure that decides which epoch is the best; <see langword="null"/> in an epoch without it.</summary>
    public static double? Figure(WatchedFigure watched, IFeatureRecord record) => watched switch
    {
        WatchedFigure.EffectiveRank => record.Health.EffectiveRank,
        WatchedFigure.LinearAccuracy => record.Accuracy?.LinearTop1,
        _ => record.Accuracy?.NeighborTop1,
    };

    /// <summary>See <see cref="ITrainingMethod{TRecord}.Judge"/>. Without checkpoints, the labeled images are not known.</summary>
    public string? Judge(WatchedFigure watched) => watched switch
    {
        WatchedFigure.EffectiveRank => $"{watched}",
        WatchedFigure.Auto => Judge(WatchedFigure.NeighborAccuracy),
        _ => _probeImages is null ? null : $"{watched} {_probeImages}",
    };

    /// <summary>The figures for the metadata of a model.</summary>
    public static Dictionary<string, double> Metrics(IFeatureRecord record)
    {
        var metrics = new Dictionary<string, double> { ["effectiveRank"] = record.Health.EffectiveRank };
        if (record.Accuracy is { } accuracy)
        {
            metrics["neighborTop1"] = accuracy.NeighborTop1;
            metrics["linearTop1"] = accuracy.LinearTop1;
        }

        return metrics;
    }

    /// <summary>The health of an encoder's vectors of the run's images: [count, 3, H, W] and their count → [count, D].</summary>
    public FeatureHealth MeasureHealth(Func<float[], int, float[]> encode, CancellationToken cancellationToken) =>
        _health.Measure(encode, cancellationToken);

    /// <summary>The accuracy of an encoder's vectors; <see langword="null"/> if the epoch has no evaluation.</summary>
    public async Task<FrozenAccuracy?> MeasureEpochAsync(
        Func<float[], int, float[]> encode, EpochSummary summary, CancellationToken cancellationToken) =>
        _probe is not null && _probe.IsDue(summary.Epoch, summary.IsLast)
            ? await MeasureAsync(encode, null, cancellationToken).ConfigureAwait(true)
            : null;

    /// <summary>The accuracy of an encoder's vectors; <see langword="null"/> without labeled images.</summary>
    /// <param name="encode">Images [count, 3, H, W] and their count → vectors [count, D].</param>
    /// <param name="preprocessing">What the encoder takes; <see langword="null"/> for the same as the run's model.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    public async Task<FrozenAccuracy?> MeasureAsync(
        Func<float[], int, float[]> encode, PreprocessingSpec? preprocessing, CancellationToken cancellationToken)
    {
        ImagePreprocessor preprocessor = preprocessing is null ? _preprocessor : new ImagePreprocessor(preprocessing, _decoding);
        return _probe is null
            ? null
            : await _probe.MeasureAsync(encode, preprocessor, _problems, cancellationToken).ConfigureAwait(true);
    }
}
