using System.Globalization;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>The commands about the sample EmbedCluster.</summary>
internal static class ClusterCommands
{
    private const string Proof = "cluster-proof";
    private const string Simulation = "cluster-simulation";
    private const string Overhead = "cluster-overhead";
    private const int Shards = 200;

    public static bool Handles(string[] arguments) => arguments is [Proof or Simulation or Overhead, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case [Simulation]:
                ClusterSimulations.Run();
                return 0;
            case [Proof, string program, string folder, .. string[] rest] when Number(rest, 200_000) is { } images:
                var options = new ProofOptions
                {
                    Program = Path.GetFullPath(program),
                    Folder = Path.GetFullPath(folder),
                    Images = images,
                    ImagesPerTar = (images + Shards - 1) / Shards,
                };
                var proof = new ClusterProof(options, Console.WriteLine);
                ProofResult result = await proof.RunAsync(CancellationToken.None);
                foreach (string fault in result.Faults)
                    await Console.Error.WriteLineAsync(fault);

                if (!result.WasDiskFilled)
                    await Console.Error.WriteLineAsync("The disk was not filled: this process may not mount one.");

                return result.Faults.Count == 0 ? 0 : 1;
            case [Overhead, string program, string folder, .. string[] rest] when Number(rest, 10_000) is { } images:
                await ClusterOverhead.RunAsync(Path.GetFullPath(program), Path.GetFullPath(folder), images);
                return 0;
            default:
                await Console.Error.WriteLineAsync(
                    $"usage: {Proof} EmbedCluster.dll FOLDER [IMAGES], {Overhead} EmbedCluster.dll FOLDER [IMAGES], or {Simulation}");
                return 2;
        }
    }

    private static int? Number(string[] rest, int standard) => rest switch
    {
        [] => standard,
        [string text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 => number,
        _ => null,
    };
}
