using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

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

/// <summary>Registers services that are loaded once.</summary>
internal static class LazyServiceExtensions
{
    /// <summary>Adds a service as a singleton, and what loads it while the host starts. Options of the same name are joined; services are not
    /// replaced.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="name">The service's key; empty for a service without a key.</param>
    /// <param name="configure">Sets the options of that name.</param>
    /// <param name="create">Makes what loads the service.</param>
    public static void AddLazy<T, TOptions>(
        this IServiceCollection services, string name, Action<TOptions> configure, Func<IServiceProvider, LazyService<T>> create)
        where T : class, IDisposable
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddLogging();
        services.Configure(name, configure);
        if (services.Any(service => service.ServiceType == typeof(LazyService<T>) && Equals(service.ServiceKey, name)))
            return;

        LazyService<T> Loading(IServiceProvider provider) => provider.GetRequiredKeyedService<LazyService<T>>(name);
        services.AddKeyedSingleton(name, (provider, _) => create(provider));
        services.AddSingleton<IHostedService>(provider => new ServiceLoader<T>(Loading(provider)));
        if (name == Options.DefaultName)
            services.TryAddSingleton(provider => Loading(provider).Get());
        else
            services.TryAddKeyedSingleton(name, (provider, _) => Loading(provider).Get());
    }
}
