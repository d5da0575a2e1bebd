using System.Diagnostics;
using Scott.Models.Tests.Processes;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>A process that loads the tiny model and prints the hash of the file that the cache then holds.</summary>
internal static class FetchingChild
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <param name="fixture">The manifest and the cache.</param>
    /// <param name="signal">A file that the child waits for before it begins, if it should.</param>
    public static string[] Arguments(ZooFixture fixture, string signal = "") =>
    [
        Path.Combine(AppContext.BaseDirectory, "Scott.Models.Tests.dll"),
        ChildProcess.Marker,
        ChildRoles.FetchModel,
        fixture.Manifest,
        fixture.Cache,
        signal,
    ];

    /// <summary>How many children wait for the signal.</summary>
    public static int CountReady(string signal) =>
        Directory.GetFiles(Path.GetDirectoryName(signal)!, Path.GetFileName(ReadyFile(signal, 0))[..^1] + "*").Length;

    public static void Run(string manifest, string cache, string signal)
    {
        if (signal.Length > 0)
            File.WriteAllText(ReadyFile(signal, Environment.ProcessId), string.Empty);

        var waited = Stopwatch.StartNew();
        while (signal.Length > 0 && !File.Exists(signal) && waited.Elapsed < Patience)
            Thread.Sleep(5);

        // An empty cache is the environment's to name.
        var options = new ZooOptions { Manifests = [manifest], CacheFolder = cache.Length == 0 ? null : cache };
        ScottModel.FromPretrainedAsync(TinyModel.Id, options).GetAwaiter().GetResult();
        CachedFile file = ScottModels.ListCache(options).Single().Files.Single();
        Console.WriteLine(TinyModel.Hash(File.ReadAllBytes(file.Path)));
    }

    private static string ReadyFile(string signal, int process) => FormattableString.Invariant($"{signal}-ready-{process}");
}
