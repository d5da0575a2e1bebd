using System.CommandLine;
using System.Diagnostics;
using EmbedCluster.Hosting;
using Npgsql;

namespace EmbedCluster.Commands;

/// <summary>The command <c>silo</c>: one machine of a cluster.</summary>
internal static class SiloCommand
{
    private static readonly TimeSpan DatabaseLimit = TimeSpan.FromMinutes(2);

    public static Command Create()
    {
        var silo = new SiloArguments();
        var command = new Command("silo", "Runs one silo of a cluster, with the status page, until it is stopped.");
        silo.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(silo.Bind(result), cancellationToken));
        return command;
    }

    /// <summary>Starts a silo. Waits for a database that is not there yet.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<WebApplication> StartAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        for (long begun = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await StartOnceAsync(options, cancellationToken);
            }
            catch (NpgsqlException exception) when (exception.IsTransient && Stopwatch.GetElapsedTime(begun) < DatabaseLimit)
            {
                Console.Error.WriteLine($"The database cannot be reached: {exception.Message} Trying again.");
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
    }

    private static async Task<WebApplication> StartOnceAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        if (options.Postgres is { } connection)
            await PostgresSchema.EnsureAsync(connection, cancellationToken);

        WebApplication app = ClusterHost.Build(options);
        try
        {
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static async Task<int> RunAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using WebApplication app = await StartAsync(options, cancellationToken);
            Console.WriteLine($"The silo is up. Status page: {options.Url}. Ctrl+C stops it, and gives its shards back.");
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException)
        {
            Console.Error.WriteLine($"The silo cannot start: {exception.Message}");
            return 1;
        }
    }
}
