namespace EmbedCluster.Grains;

/// <summary>Writes a grain's state for many calls at once: while one write runs, all that change the state wait for the next one together. So the
/// store sees one write at a time, however many workers there are.</summary>
/// <param name="write">Writes the state as it is when it is called.</param>
internal sealed class GroupedWrites(Func<Task> write)
{
    private Task _current = Task.CompletedTask;
    private Task? _next;

    /// <summary>The writes since the grain was activated.</summary>
    public long Count { get; private set; }

    /// <summary>Ends when a write that began after this call has ended.</summary>
    public Task SaveAsync() => _next ??= NextAsync(_current);

    private async Task NextAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await Task.Yield(); // Lets those join that are ready to.
        _current = _next!;
        _next = null;
        Count++;
        await write();
    }
}
