using System.Diagnostics;
using System.Globalization;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>A PostgreSQL server of its own, in a folder and on a port of its own, that can be killed and brought back.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "embed";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly string _programs;
    private readonly string _folder;
    private readonly int _port;

    private PostgresServer(string programs, string folder, int port) => (_programs, _folder, _port) = (programs, folder, port);

    /// <summary>How to reach it.</summary>
    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username={User};Database=postgres;Timeout=5;Command Timeout=10");

    /// <summary>The folder with the server's programs; null if PostgreSQL is not installed.</summary>
    public static string? FindPrograms() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(Bin) : [])
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    /// <summary>Makes a server and starts it.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or does not start.</exception>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        string programs = FindPrograms() ?? throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql");
        var server = new PostgresServer(programs, Directory.CreateTempSubdirectory("scott-postgres-").FullName, FreePorts.Find(1)[0]);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ["postgres", server._folder], cancellationToken); // It does not run as root.

        await server.CallAsync("initdb", ["-D", server.Data, "-A", "trust", "-U", User, "--no-sync"], cancellationToken);
        await server.RestartAsync(cancellationToken);
        return server;
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Kills the server at once, as a crash does.</summary>
    public void Kill()
    {
        string first = File.ReadLines(Path.Combine(Data, "postmaster.pid")).First();
        using var process = Process.GetProcessById(int.Parse(first, CultureInfo.InvariantCulture));
        process.Kill();
    }

    /// <summary>Starts the server again. Until its old processes have ended, that is tried again.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        string options = string.Create(CultureInfo.InvariantCulture, $"-p {_port} -h 127.0.0.1 -k {_folder}");
        for (long begun = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await CallAsync("pg_ctl", ["-D", Data, "-o", options, "-l", Path.Combine(_folder, "log"), "-w", "start"], cancellationToken);
                return;
            }
            catch (InvalidOperationException) when (Stopwatch.GetElapsedTime(begun) < StartLimit)
            {
                await Task.Delay(500, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await CallAsync("pg_ctl", ["-D", Data, "-m", "immediate", "-w", "stop"], CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // It was down.
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string Bin(string folder) => Path.Combine(folder, "bin");

    private Task CallAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        string path = Path.Combine(_programs, program);
        return Environment.IsPrivilegedProcess
            ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments], cancellationToken)
            : RunAsync(path, arguments, cancellationToken);
    }

    /// <summary>Runs a program. Its output goes nowhere: a server that it starts would keep a pipe open.</summary>
    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        string[] script = ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", program, .. arguments];
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", script) { WorkingDirectory = Path.GetTempPath() })!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
