namespace Scott.Models.Training;

/// <summary>
/// Reserves a run's folder while the run lasts, so that no second run writes there. Takes over what a killed run left: its lock, and its unfinished
/// files, which are deleted.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string LockFile = "run.lock";
    private const string OwnerFile = "run.owner";
    private const int LargestOwner = 1 << 10;

    private readonly string _path;
    private readonly IDisposable _held;

    private RunLock(string path, IDisposable held) => (_path, _held) = (path, held);

    /// <summary>Reserves a folder, and creates it if it does not exist.</summary>
    /// <exception cref="CheckpointException">Another run uses it, or it cannot be written.</exception>
    public static RunLock Open(string folder, ILogger logger)
    {
        string path = Path.GetFullPath(folder);
        try
        {
            IDisposable held = FileLock.TryAcquire(Path.Combine(path, LockFile))
                ?? throw CheckpointException.InUse(path, Owner(path) ?? "another process");
            try
            {
                if (Owner(path) is { } dead)
                    RunLog.TakenOver(logger, path, dead);

                AtomicFile.RemoveAbandoned(path);
                AtomicFile.RemoveAbandoned(Path.Combine(path, TensorBoardEvents.Folder));
                PlainFile.WriteAllBytes(Path.Combine(path, OwnerFile), Encoding.UTF8.GetBytes(Describe()));
                return new RunLock(path, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw CheckpointException.Writing(path, exception);
        }
    }

    public void Dispose()
    {
        try
        {
            // Before the lock is released: afterwards the file may be another run's.
            File.Delete(Path.Combine(_path, OwnerFile));
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // The next run overwrites it.
        }

        _held.Dispose();
    }

    private static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"process {Environment.ProcessId} on {Environment.MachineName}, since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC");

    /// <returns>What the owner wrote, or <see langword="null"/> if that cannot be read.</returns>
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
