using System.Runtime.InteropServices;

namespace Scott.Models.Foundation;

/// <summary>
/// Lets glibc's allocator keep what is freed, for as long as somebody trains: every step asks for the same large blocks, and to get them from the
/// system each time costs a page fault for every 4 kB. Other C libraries are left alone.
/// </summary>
internal static partial class MemoryRetention
{
    private const int TrimThreshold = -1;
    private const int LargestMapped = -4;

    private const int NeverTrim = -1;
    private const int DefaultTrimThreshold = 128 * 1024;
    private const int NoneMapped = 0;
    private const int DefaultLargestMapped = 65536;

    private static readonly Lock Gate = new();
    private static int _holders;

    /// <summary>Begins it. With the last holder's disposal memory goes back to the system.</summary>
    public static IDisposable Begin()
    {
        lock (Gate)
        {
            if (_holders++ == 0)
            {
                Set(NeverTrim, NoneMapped);
            }
        }

        return new Holder();
    }

    private static void End()
    {
        lock (Gate)
        {
            if (--_holders == 0 && Set(DefaultTrimThreshold, DefaultLargestMapped))
            {
                _ = MallocTrim(0);
            }
        }
    }

    private static bool Set(int trimThreshold, int largestMapped)
    {
        if (!OperatingSystem.IsLinux() || SystemLibraries.GlibcVersion() is null)
        {
            return false;
        }

        _ = MallOpt(TrimThreshold, trimThreshold);
        _ = MallOpt(LargestMapped, largestMapped);
        return true;
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
