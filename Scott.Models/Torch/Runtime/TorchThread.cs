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

    /// <summary>Calls code of the app without this thread's context: what it starts may end after the run, and what it waits for must not wait for
    /// this thread.</summary>
    public static T CallApp<T>(Func<T> call)
    {
        SynchronizationContext? own = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return call();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(own);
        }
    }

    /// <summary>Progress that is reported by <see cref="CallApp{T}"/>.</summary>
    public static IProgress<T>? ForApp<T>(IProgress<T>? progress) => progress is null ? null : new AppProgress<T>(progress);

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

    private sealed class AppProgress<T>(IProgress<T> progress) : IProgress<T>
    {
        public void Report(T value) => CallApp(() =>
        {
            progress.Report(value);
            return true;
        });
    }

    private sealed class WorkQueue : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _items = [];

        /// <summary>After the work's end, what still captured this context continues on the thread pool.</summary>
        public override void Post(SendOrPostCallback d, object? state)
        {
            try
            {
                _items.Add((d, state));
            }
            catch (InvalidOperationException)
            {
                ThreadPool.QueueUserWorkItem(_ => d(state));
            }
        }

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
