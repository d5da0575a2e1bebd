using Scott.Models.Benchmarks.Cluster;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Samples.Cluster;

/// <summary>The proof of the benchmarks in a minute: three silos and PostgreSQL, all of them killed.</summary>
[Collection(AloneTests.Name)]
public sealed class ClusterProofTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Job_WhoseSilosDatabaseAndDiskFail_IsTheFolderOfOneProcessWithoutFaults()
    {
        Postgres.SkipWithout();
        var proof = new ClusterProof(
            new ProofOptions
            {
                Folder = _folder.Path,
                Program = BuiltProgram.Sample("EmbedCluster").Program,
                Images = 1600,
                ImagesPerTar = 40,
                SiloKills = 3,
                PostgresKills = 1,
                SiloAbsence = TimeSpan.FromSeconds(1),
                LongAbsence = TimeSpan.FromSeconds(4),
                Interval = TimeSpan.FromSeconds(0.1),
                DetectionLimit = TimeSpan.FromSeconds(60),
                SiloOptions = ["--probe", "1", "--lease", "10"],
            },
            line => TestContext.Current.TestOutputHelper?.WriteLine(line));
        ProofResult result = await proof.RunAsync(TestContext.Current.CancellationToken);
        Assert.True(result.Faults.Count == 0, string.Join('\n', [.. result.Faults, .. result.Lines]));
    }
}
