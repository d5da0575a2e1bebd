using System.Diagnostics;

namespace Scott.Models.Tests.Processes;

/// <summary>Waits that end: a test that waits for something that never comes fails, and does not hang.</summary>
internal static class Waiting
{
    /// <summary>The longest wait, for a machine that has much else to do.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private const int PollMilliseconds = 2;

    /// <exception cref="TimeoutException">The condition does not hold in time.</exception>
    public static async Task UntilAsync(Func<bool> isTime)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isTime())
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
                throw new TimeoutException($"What the test waits for did not come within {Limit}.");

            await Task.Delay(PollMilliseconds);
        }
    }
}
