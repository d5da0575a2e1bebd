namespace ImageSearch.Indexing;

/// <summary>Counts while the index is made. Thread-safe.</summary>
internal sealed class IndexProgress
{
    private const int MaximumListed = 100;

    private readonly Lock _gate = new();
    private readonly List<SkippedImage> _skipped = [];
    private int? _total;
    private int _indexed;
    private int _skippedCount;
    private bool _isComplete;
    private string? _fault;

    public IndexStatus Status
    {
        get
        {
            lock (_gate)
                return new IndexStatus(_total, _indexed, _skippedCount, [.. _skipped], _isComplete, _fault);
        }
    }

    public void Begin(int total)
    {
        lock (_gate)
            _total = total;
    }

    public void Add()
    {
        lock (_gate)
            _indexed++;
    }

    public void Skip(SkippedImage image)
    {
        lock (_gate)
        {
            _skippedCount++;
            if (_skipped.Count < MaximumListed)
                _skipped.Add(image);
        }
    }

    public void Complete(string? fault = null)
    {
        lock (_gate)
        {
            _isComplete = true;
            _fault = fault;
        }
    }
}
