using System.Globalization;
using EmbedCluster.Scheduling;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>Prints how simulated clusters of several kinds do.</summary>
internal static class ClusterSimulations
{
    public static void Run()
    {
        Console.WriteLine("| | makespan | ideal | ratio | leases | lost | expired | second copies | deaths | grain moved | writes/s (mean, most) "
            + "| calls/s | state | missing | µs a call |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        var standard = new SimulationOptions();
        var noBackups = new ScheduleOptions { BackupFactor = 0 };
        Print("standard", standard);
        Print("no failures, no stragglers", standard with { FailuresPerHour = 0, Stragglers = 0, Spread = 0 });
        Print("no second copies", standard with { Schedule = noBackups });
        Print("1 000 images a shard", standard with { ShardSize = 1_000 });
        Print("100 000 images a shard", standard with { ShardSize = 100_000 });
        Print("100 000 images, no second copies", standard with { ShardSize = 100_000, Schedule = noBackups });
        Print("100 × the failures", standard with { FailuresPerHour = 1 });
        Print("10 000 workers", standard with { Workers = 10_000, Images = 10_000_000_000, ShardSize = 100_000 });
        Print("store of 100 ms", standard with { StoreTime = TimeSpan.FromMilliseconds(100) });
    }

    private static void Print(string name, SimulationOptions options)
    {
        SimulationResult result = new ClusterSimulation(options).Run();
        (double seconds, double ideal) = (result.Makespan.TotalSeconds, result.Ideal.TotalSeconds);
        ScheduleCounts counts = result.Counts;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {seconds:F0} s | {ideal:F0} s | {seconds / ideal:F3} | {counts.Given} | {counts.Lost} | {counts.Expired} | {counts.Backups} "
                + $"| {result.Deaths} | {result.Moves} | {result.Writes / seconds:F1}, {result.BusiestWrites} | {result.Calls / seconds:F0} "
                + $"| {result.StateBytes / 1e3:F0} kB | {result.Missing} | {result.Seconds / result.Calls * 1e6:F1} |"));
    }
}
