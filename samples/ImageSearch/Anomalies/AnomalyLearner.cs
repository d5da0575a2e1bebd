using ImageSearch.Indexing;
using Scott.Models;
using Scott.Models.Inference;

namespace ImageSearch.Anomalies;

/// <summary>Learns in the background what is normal, one folder at a time, and keeps the detector until the app ends. Thread-safe.</summary>
internal sealed partial class AnomalyLearner(
    ModelLoader models,
    FeatureExtractor extractor,
    IndexedFolder indexed,
    IHostApplicationLifetime lifetime,
    ILogger<AnomalyLearner> log) : IDisposable
{
    private const string LoadingStage = "Loading";

    /// <summary>Each thread may decode an image of the largest legal size.</summary>
    private const int MaximumThreads = 4;

    private readonly Lock _gate = new();
    private AnomalyStatus _status = new(null, null, null);
    private AnomalyDetector? _detector;
    private CancellationTokenSource? _running;

    public AnomalyStatus Status
    {
        get
        {
            lock (_gate)
                return _status;
        }
    }

    /// <summary>The detector that learned last.</summary>
    /// <exception cref="RefusedException">Nothing is learned yet.</exception>
    public AnomalyDetector Detector
    {
        get
        {
            lock (_gate)
                return _detector ?? throw new RefusedException("Nothing is learned yet; learn first what is normal.");
        }
    }

    /// <summary>Begins to learn, and returns at once.</summary>
    /// <exception cref="RefusedException">Learning is in progress.</exception>
    public void Start(string folder, IReadOnlyList<string> paths)
    {
        lock (_gate)
        {
            if (_running is not null)
                throw new RefusedException("The app is learning already; wait until it ends, or cancel it.");

            _running = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
            _status = _status with { Learning = new NormalLearning(folder, LoadingStage, 0, 0), Fault = null };
            CancellationToken token = _running.Token;
            _ = Task.Run(() => RunAsync(folder, paths, token), CancellationToken.None);
        }
    }

    /// <summary>Cancels the learning in progress, if any. What was learned before stays.</summary>
    public void Cancel()
    {
        lock (_gate)
            _ = _running?.CancelAsync();
    }

    public void Dispose()
    {
        Cancel();
        lock (_gate)
            _detector?.Dispose();
    }

    private async Task RunAsync(string folder, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        try
        {
            AnomalyDetector detector = await LearnAsync(folder, paths, cancellationToken);
            LogLearned(detector.NormalImages, detector.Threshold);
            End(detector, fault: null, folder);
        }
        catch (OperationCanceledException)
        {
            End(detector: null, fault: null, folder);
        }
        catch (Exception exception)
        {
            // Nobody awaits this: an unexpected error is logged with its stack trace, and told without.
            bool isExpected = Faults.AreExpected(exception);
            LogFault(isExpected ? null : exception, Faults.Describe(exception));
            End(detector: null, isExpected ? Faults.Describe(exception) : "The app met an unexpected error; its log tells more.", folder);
        }
    }

    private async Task<AnomalyDetector> LearnAsync(string folder, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        ScottModel model = await models.LoadAsync(cancellationToken);

        // One core stays free for searches.
        int threads = Math.Clamp(Environment.ProcessorCount - 1, 1, MaximumThreads);
        var options = new AnomalyOptions { Extraction = extractor.Options with { Threads = threads } };
        var progress = new Reporter(report => Report(new NormalLearning(folder, $"{report.Stage}", report.Completed, report.Total)));
        return await model.LearnAnomaliesAsync(new NormalImages(indexed, paths), options, progress, cancellationToken);
    }

    private void Report(NormalLearning learning)
    {
        lock (_gate)
            _status = _status with { Learning = learning };
    }

    /// <summary>Takes the new detector, or keeps the one before.</summary>
    private void End(AnomalyDetector? detector, string? fault, string folder)
    {
        lock (_gate)
        {
            if (detector is not null)
            {
                _detector?.Dispose();
                _detector = detector;
            }

            NormalLearned? learned = detector is null ? _status.Learned : new NormalLearned(
                folder, detector.NormalImages, detector.UnreadableImages.Count, detector.Threshold, detector.FalseAlarmRate);
            _status = new AnomalyStatus(null, learned, fault);
            _running?.Dispose();
            _running = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Learned {Images} normal images; the threshold is {Threshold:F3}")]
    private partial void LogLearned(int images, float threshold);

    [LoggerMessage(Level = LogLevel.Error, Message = "Learning what is normal failed: {Reason}")]
    private partial void LogFault(Exception? exception, string reason);

    /// <summary>Reports at once and in order, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Reporter(Action<AnomalyProgress> report) : IProgress<AnomalyProgress>
    {
        public void Report(AnomalyProgress value) => report(value);
    }
}
