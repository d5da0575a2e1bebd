using System.CommandLine;
using EmbedCluster.Grains;
using EmbedCluster.Hosting;
using EmbedCluster.Scheduling;
using Scott.Models;
using Scott.Models.Foundation;

namespace EmbedCluster.Commands;

/// <summary>The command <c>run</c>: a cluster of one, in this process, for one job.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var silo = new SiloArguments();
        var job = new JobArguments();
        var command = new Command("run", "Embeds images on this machine, without a server, and ends. Other silos may join meanwhile.");
        job.AddTo(command);
        silo.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(silo.Bind(result), job.Bind(result), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ClusterOptions options, JobRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await using WebApplication app = await SiloCommand.StartAsync(options, cancellationToken);
            try
            {
                return await RunAsync(app, options.Url, request, cancellationToken);
            }
            finally
            {
                // Also after Ctrl-C: the workers give their shards back.
                await app.StopAsync(CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("Interrupted. Finished shards are kept; run the same command again to resume.");
            return 130;
        }
        catch (Exception exception) when (
            exception is ScottException or ArgumentException or InvalidOperationException or IOException or Npgsql.NpgsqlException)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(WebApplication app, string url, JobRequest request, CancellationToken cancellationToken)
    {
        JobPlan plan = await app.Services.GetRequiredService<JobStarter>().StartAsync(request, cancellationToken);
        Console.WriteLine($"{Plural.Of(plan.Shards, "shard")}. Status page: {url}");
        JobStatus? last = null;
        IJobGrain job = app.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(plan.Name);
        await foreach (JobStatus status in job.WatchAsync(cancellationToken))
            Show(last = status);

        return last is { Phase: JobPhase.Done } ? 0 : 1;
    }

    private static void Show(JobStatus status)
    {
        string left = status.Remaining is { } remaining ? $", {remaining:c} left" : string.Empty;
        string errors = status.FailedImages > 0 ? $", {status.FailedImages} cannot be read" : string.Empty;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{status.Done} of {Plural.Of(status.Shards, "shard")}, {Plural.Of(status.Images, "image")}{errors}, "
                + $"{status.ImagesPerSecond:F1} images/s{left}. {status.Message}"));
        foreach (ParkedShard parked in status.Phase == JobPhase.Incomplete ? status.Parked : [])
            Console.Error.WriteLine($"Shard {parked.Shard} is parked: {parked.Error}");
    }
}
