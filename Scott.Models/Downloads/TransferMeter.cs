namespace Scott.Models.Downloads;

/// <summary>Reports a file's progress, at most ten times a second and at the end.</summary>
internal sealed class TransferMeter(ExpectedFile file, IProgress<DownloadProgress>? progress, TimeProvider timeProvider)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long? _total = file.Bytes;
    private long _startBytes;
    private long? _startTime;
    private long _lastTime;
    private bool _hasReported;

    /// <summary>Starts the clock. The given bytes are already on disk.</summary>
    public void Start(long bytes, long? total)
    {
        _total = total;
        _startBytes = bytes;
        _startTime = timeProvider.GetTimestamp();
        _hasReported = false;
        Report(bytes);
    }

    /// <summary>Reports that the file is complete.</summary>
    public void Finish(long bytes)
    {
        _total = bytes;
        Report(bytes);
    }

    public void Report(long bytes)
    {
        if (progress is null)
            return;

        long now = timeProvider.GetTimestamp();
        if (_hasReported && bytes != _total && timeProvider.GetElapsedTime(_lastTime, now) < Interval)
            return;

        _hasReported = true;
        _lastTime = now;
        double seconds = _startTime is { } start ? timeProvider.GetElapsedTime(start, now).TotalSeconds : 0;
        double rate = seconds > 0 ? (bytes - _startBytes) / seconds : 0;
        progress.Report(new DownloadProgress(file.ModelId, file.Name, bytes, _total ?? 0, rate));
    }
}
