namespace Scott.Models.Zoo.Transfer;

/// <summary>Reports a file's progress, at most ten times a second and at the end.</summary>
internal sealed class TransferMeter(string modelId, ManifestFile file, IProgress<DownloadProgress>? progress, TimeProvider timeProvider)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long _startBytes;
    private long? _startTime;
    private long _lastTime;
    private bool _hasReported;

    /// <summary>Bytes begin to flow, on top of those there are.</summary>
    public void Start(long bytes)
    {
        _startBytes = bytes;
        _startTime = timeProvider.GetTimestamp();
        _hasReported = false;
        Report(bytes);
    }

    public void Report(long bytes)
    {
        if (progress is null)
        {
            return;
        }

        long now = timeProvider.GetTimestamp();
        if (_hasReported && bytes < file.Bytes && timeProvider.GetElapsedTime(_lastTime, now) < Interval)
        {
            return;
        }

        _hasReported = true;
        _lastTime = now;
        double seconds = _startTime is { } start ? timeProvider.GetElapsedTime(start, now).TotalSeconds : 0;
        double rate = seconds > 0 ? (bytes - _startBytes) / seconds : 0;
        progress.Report(new DownloadProgress(modelId, file.Name, bytes, file.Bytes, rate));
    }
}
