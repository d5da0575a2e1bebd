namespace Scott.Models.Inference;

/// <summary>
/// Disposes a resource once nobody uses it any more: disposal in the middle of a run must not pull native memory away under it.
/// </summary>
internal sealed class SharedLifetime(IDisposable resource, object owner)
{
    private readonly Lock _gate = new();
    private int _users;
    private bool _isClosed;

    /// <summary>Begins a use; dispose what is returned to end it.</summary>
    /// <exception cref="ObjectDisposedException">The owner is disposed.</exception>
    public Use Enter()
    {
        lock (_gate)
        {
            ThrowIfClosed();
            _users++;
        }

        return new Use(this);
    }

    /// <exception cref="ObjectDisposedException">The owner is disposed.</exception>
    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, owner);

    /// <summary>Lets no new use begin, and disposes the resource now or with the last use.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            if (_users > 0)
            {
                return;
            }
        }

        resource.Dispose();
    }

    private void Leave()
    {
        lock (_gate)
        {
            _users--;
            if (_users > 0 || !_isClosed)
            {
                return;
            }
        }

        resource.Dispose();
    }

    /// <summary>A use in progress.</summary>
    public readonly struct Use(SharedLifetime lifetime) : IDisposable
    {
        public void Dispose() => lifetime.Leave();
    }
}
