namespace Scott.Models.Inference;

/// <summary>Frees resources after their last use, so that disposal during a run frees no native memory that the run uses. Thread-safe.</summary>
internal sealed class SharedLifetime(object owner, params IDisposable[] resources)
{
    /// <summary>The number of runs in progress, plus one until the owner is disposed.</summary>
    private int _users = 1;
    private bool _isClosed;

    /// <summary>Begins a use. Dispose the returned value to end it.</summary>
    /// <exception cref="ObjectDisposedException">The owner is disposed.</exception>
    public Use Enter()
    {
        ThrowIfClosed();
        int users;
        do
        {
            users = Volatile.Read(ref _users);
            ObjectDisposedException.ThrowIf(users == 0, owner);
        }
        while (Interlocked.CompareExchange(ref _users, users + 1, users) != users);
        return new Use(this);
    }

    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed), owner);

    /// <summary>Prevents new uses, and frees the resources now or after the last use.</summary>
    public void Close()
    {
        if (!Interlocked.Exchange(ref _isClosed, true))
            Leave();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Array.ForEach(resources, resource => resource.Dispose());
    }

    public readonly struct Use(SharedLifetime lifetime) : IDisposable
    {
        public void Dispose() => lifetime.Leave();
    }
}
