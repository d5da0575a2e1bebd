using Npgsql;
using Scott.Models.Benchmarks.Cluster;

namespace Scott.Models.Tests;

/// <summary>The PostgreSQL of this machine.</summary>
internal static class Postgres
{
    public const string RequiredVariable = "SCOTT_REQUIRE_POSTGRES";

    private const string Missing =
        "PostgreSQL is not installed, so the cluster of several silos and the loading of pgvector are NOT TESTED. Debian: apt-get install postgresql";

    /// <summary>Starts a server of the test's own. Skips the test where there is no PostgreSQL, or fails it where one is required.</summary>
    public static Task<PostgresServer> StartAsync()
    {
        SkipWithout();
        return PostgresServer.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Skips the test where there is no PostgreSQL, or fails it where one is required.</summary>
    public static void SkipWithout()
    {
        bool isThere = PostgresServer.FindPrograms() is not null;
        Assert.False(!isThere && Environment.GetEnvironmentVariable(RequiredVariable) == "1", Missing);
        Assert.SkipUnless(isThere, Missing);
    }

    /// <summary>The first value that a statement gives; null if it gives none.</summary>
    public static async Task<object?> ScalarAsync(this PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
