namespace Scott.Models.Training;

/// <summary>Reserves a run's folder while the run lasts, so that no second run writes there. Takes over what a killed run left: its lock, and its
/// unfinished files, which are deleted.</summary>
internal sealed class RunLock(string path, IDisposable held) : IDisposable
{
    private const string LockFile = "run.lock";
    private const string OwnerFile = "run.owner";
    private const int LargestOwner = 1 << 10;

    /// <summary>Reserves a folder, and creates it if it does not exist.</summary>
    /// <exception cref="CheckpointException">Another run uses it, or it cannot be written.</exception>
    public static RunLock Open(string folder, ILogger logger)
    {
        IDisposable? held = null;
        try
        {
            held = FileLock.TryAcquire(Path.Combine(folder, LockFile))
                ?? throw CheckpointException.InUse(folder, Owner(folder) ?? "another process");
            if (Owner(folder) is { } dead)
                RunLog.TakenOver(logger, folder, dead);

            AtomicFile.RemoveAbandoned(folder);
            AtomicFile.RemoveAbandoned(Path.Combine(folder, TensorBoardEvents.Folder));
            PlainFile.WriteAllBytes(Path.Combine(folder, OwnerFile), Encoding.UTF8.GetBytes(Describe()));
            return new RunLock(folder, held);
        }
        catch (Exception exception)
        {
            held?.Dispose();
            if (DiskFault.Is(exception))
                throw CheckpointException.Writing(folder, exception);

            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            // Before the lock is released: afterwards the file may be another run's.
            File.Delete(Path.Combine(path, OwnerFile));
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // The next run overwrites it.
        }

        held.Dispose();
    }

    private static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"process {Environment.ProcessId} on {Environment.MachineName}, since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC");

    /// <summary>What the owner wrote; <see langword="null"/> if that cannot be read.</summary>
    private static string? Owner(string path)
    {
        try
        {
            string file = Path.Combine(path, OwnerFile);
            return FileKind.IsRegular(file) && new FileInfo(file).Length is > 0 and <= LargestOwner ? File.ReadAllText(file) : null;
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            return null;
        }
    }
}
