using System.Runtime.InteropServices;

namespace Scott.Models.Foundation;

/// <summary>
/// Lets glibc's allocator keep freed memory while somebody trains: every step asks for the same large blocks, and to get them from the
/// system each time costs a page fault for every 4 kB. Other C libraries are left alone. See <see cref="ScottSwitches.KeepTrainingMemory"/>.
/// </summary>
internal static partial class MemoryRetention
{
    private const int TrimThreshold = -1;
    private const int LargestMapped = -4;

    private const int NeverTrim = -1;
    private const int NoneMapped = 0;

    // glibc's documented defaults: it has no call that reads what was set.
    private const int DefaultTrimThreshold = 128 * 1024;
    private const int DefaultLargestMapped = 65536;

    private static readonly string[] UserSettings =
        ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_MAX_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_"];

    private static readonly Lock Gate = new();
    private static bool _isSet;
    private static int _holders;

    /// <summary>Starts to keep memory. When the last holder is disposed of, it goes back to the system.</summary>
    public static IDisposable Begin()
    {
        lock (Gate)
        {
            if (_holders++ == 0 && IsWanted())
            {
                Set(NeverTrim, NoneMapped);
                _isSet = true;
            }
        }

        return new Holder();
    }

    private static void End()
    {
        lock (Gate)
        {
            if (--_holders == 0 && _isSet)
            {
                Set(DefaultTrimThreshold, DefaultLargestMapped);
                _ = MallocTrim(0);
                _isSet = false;
            }
        }
    }

    private static bool IsWanted() =>
        OperatingSystem.IsLinux()
        && ScottSwitches.IsOn(ScottSwitches.KeepTrainingMemory)
        && SystemLibraries.GlibcVersion() is not null
        && Array.TrueForAll(UserSettings, name => Environment.GetEnvironmentVariable(name) is null)
        && Environment.GetEnvironmentVariable("GLIBC_TUNABLES")?.Contains("glibc.malloc.", StringComparison.Ordinal) is not true;

    private static void Set(int trimThreshold, int largestMapped)
    {
        _ = MallOpt(TrimThreshold, trimThreshold);
        _ = MallOpt(LargestMapped, largestMapped);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);

    private sealed class Holder : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                End();
            }
        }
    }
}
