namespace Scott.Models.Inference;

/// <summary>Disposes a resource after its last use, so that disposal during a run frees no native memory that the run uses. Thread-safe.</summary>
internal sealed class SharedLifetime(IDisposable resource, object owner)
{
    /// <summary>The runs in progress, and the owner until it is disposed.</summary>
    private readonly CountdownEvent _users = new(1);
    private bool _isClosed;

    /// <summary>Begins a use; dispose what is returned to end it.</summary>
    /// <exception cref="ObjectDisposedException">The owner is disposed.</exception>
    public Use Enter()
    {
        ThrowIfClosed();
        ObjectDisposedException.ThrowIf(!_users.TryAddCount(), owner);
        return new Use(this);
    }

    /// <exception cref="ObjectDisposedException">The owner is disposed.</exception>
    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed), owner);

    /// <summary>Lets no new use begin, and disposes the resource now or with the last use.</summary>
    public void Close()
    {
        if (!Interlocked.Exchange(ref _isClosed, true))
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (_users.Signal())
        {
            resource.Dispose();
        }
    }

    /// <summary>A use in progress.</summary>
    public readonly struct Use(SharedLifetime lifetime) : IDisposable
    {
        public void Dispose() => lifetime.Leave();
    }
}
