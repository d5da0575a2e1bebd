using Npgsql;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Documentation;

/// <summary>A PostgreSQL server for one test, if this machine has PostgreSQL with pgvector. It listens only on a socket in its folder.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Who runs the server where the tests run as root, which PostgreSQL refuses.</summary>
    private const string User = "postgres";

    private static readonly string Programs = Directory.Exists("/usr/lib/postgresql")
        ? Path.Combine(Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).LastOrDefault(string.Empty), "bin")
        : string.Empty;

    private readonly string _folder;

    private PostgresServer(string folder) => _folder = folder;

    public string ConnectionString => $"Host={_folder};Username={User};Database=postgres;Pooling=false";

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts the server; the test is skipped if that cannot be.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists(Path.Combine(Programs, "pg_ctl")),
            "There is no PostgreSQL in /usr/lib/postgresql: the code that loads pgvector was compiled, but NOT RUN.");
        string folder = Directory.CreateTempSubdirectory("scott-postgres-").FullName;
        var server = new PostgresServer(folder);
        try
        {
            if (Environment.IsPrivilegedProcess)
                BuiltProgram.AssertExit(0, await ChildProcess.RunAsync("chown", [User, folder], []));

            await RunAsync("initdb", "--pgdata", server.Data, "--auth", "trust", "--username", User, "--no-sync");
            await RunAsync(
                "pg_ctl", "--pgdata", server.Data, "--wait", "--log", Path.Combine(folder, "log"),
                "--options", $"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off", "start");
            Assert.SkipUnless(
                await server.ScalarAsync("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'") is 1,
                "This PostgreSQL has no pgvector: the code that loads it was compiled, but NOT RUN.");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await RunAsync("pg_ctl", "--pgdata", Data, "--wait", "--mode", "immediate", "stop");

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(Programs, program);
        ChildResult result = Environment.IsPrivilegedProcess
            ? await ChildProcess.RunAsync("runuser", ["-u", User, "--", path, .. arguments], [])
            : await ChildProcess.RunAsync(path, arguments, []);
        BuiltProgram.AssertExit(0, result);
    }
}
