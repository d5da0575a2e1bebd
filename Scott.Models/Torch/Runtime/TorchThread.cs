namespace Scott.Models.Torch;

/// <summary>Runs asynchronous work on one thread of its own: awaits without <c>ConfigureAwait(false)</c> continue there. OpenMP keeps a team of
/// workers for every thread that calls torch. With more workers than cores they no longer wait for each other actively, and a step takes a quarter
/// longer for the rest of the process.</summary>
internal static class TorchThread
{
    /// <summary>Loads libtorch and runs work on a new thread, which ends with it.</summary>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    public static Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Pump(work, completion)) { IsBackground = true, Name = "Scott.Models torch" }.Start();
        return completion.Task;
    }

    private static void Pump<T>(Func<Task<T>> work, TaskCompletionSource<T> completion)
    {
        using var queue = new WorkQueue();
        SynchronizationContext.SetSynchronizationContext(queue);
        Task<T> task = StartAsync(work);
        task.ContinueWith(_ => queue.Complete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        queue.Run();
        completion.SetFromTask(task);
    }

    /// <summary>Turns an exception before the first await into a failed task.</summary>
    private static async Task<T> StartAsync<T>(Func<Task<T>> work)
    {
        TorchRuntime.EnsureLoaded();
        return await work().ConfigureAwait(true);
    }

    private sealed class WorkQueue : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _items = [];

        public override void Post(SendOrPostCallback d, object? state) => _items.Add((d, state));

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing waits for this thread.");

        public override SynchronizationContext CreateCopy() => this;

        public void Complete() => _items.CompleteAdding();

        public void Run()
        {
            foreach ((SendOrPostCallback callback, object? state) in _items.GetConsumingEnumerable())
                callback(state);
        }

        public void Dispose() => _items.Dispose();
    }
}
