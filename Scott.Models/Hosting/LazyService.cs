using Microsoft.Extensions.Hosting;

namespace Scott.Models.Hosting;

/// <summary>Loads the model of one registration once, and owns what it serves. After a failure, the next request tries again. When the host stops,
/// loading is canceled. Thread-safe.</summary>
internal abstract class LazyService<T>(IHostApplicationLifetime? lifetime) : IDisposable
    where T : class, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(lifetime?.ApplicationStopping ?? default);
    private volatile T? _service;
    private volatile bool _isDisposed;

    public abstract bool LoadsAtStartup { get; }

    /// <summary>For constructors, which cannot await. Blocks until the model is loaded.</summary>
    public T Get() => _service ?? Task.Run(() => GetAsync(CancellationToken.None)).GetAwaiter().GetResult();

    public async Task<T> GetAsync(CancellationToken cancellationToken)
    {
        if (_service is { } loaded)
            return loaded;

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        await _gate.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _service ??= await LoadAsync(stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;

        // Cancels a running load, and waits until it ends.
        _end.Cancel();
        _gate.Wait();
        _isDisposed = true;
        _service?.Dispose();
        _gate.Release();
        _end.Dispose();
    }

    protected abstract Task<T> LoadAsync(CancellationToken cancellationToken);
}

/// <summary>Loads a registration's model while the host starts.</summary>
internal sealed class ServiceLoader<T>(LazyService<T> service) : IHostedService
    where T : class, IDisposable
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        service.LoadsAtStartup ? service.GetAsync(cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
