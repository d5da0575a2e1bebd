using Scott.Models.Benchmarks.Cluster;

namespace Scott.Models.Tests.Samples.Cluster;

/// <summary>The PostgreSQL of this machine.</summary>
internal static class Postgres
{
    public const string RequiredVariable = "SCOTT_REQUIRE_POSTGRES";

    private const string Missing = "PostgreSQL is not installed, so the cluster of several silos is not tested. Debian: apt-get install postgresql";

    /// <summary>Skips the test where there is no PostgreSQL, or fails it where it is required.</summary>
    public static void SkipWithout()
    {
        bool isThere = PostgresServer.FindPrograms() is not null;
        Assert.False(!isThere && Environment.GetEnvironmentVariable(RequiredVariable) == "1", Missing);
        Assert.SkipUnless(isThere, Missing);
    }
}
