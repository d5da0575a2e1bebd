using System.Data.Common;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedCluster.Grains;
using EmbedCluster.Hosting;
using EmbedCluster.Scheduling;
using Samples.Shared;
using Scott.Models;

namespace EmbedCluster.Web;

/// <summary>The status page, and the calls behind it and behind the command line.</summary>
/// <remarks>Whoever reaches the address can start and cancel jobs. It is this machine's own unless <c>--url</c> says otherwise; put something that
/// knows users in front of it then.</remarks>
public static class JobApi
{
    /// <summary>Writes enumerations by name.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
    }

    /// <summary>Adds the addresses.</summary>
    public static void Map(WebApplication app)
    {
        app.UseMiddleware<SameOriginOnly>("/jobs");
        app.UseDefaultFiles();
        app.UseStaticFiles();
        RouteGroupBuilder jobs = app.MapGroup("/jobs");
        jobs.AddEndpointFilter(SayWhenUnreachableAsync);
        jobs.MapGet("/", ListAsync);
        jobs.MapPost("/", StartAsync);
        jobs.MapGet("/{name}", async (string name, IGrainFactory grains) => await StatusAsync(Job(grains, name)));
        jobs.MapGet("/{name}/events", (string name, IGrainFactory grains, CancellationToken cancellationToken) =>
            TypedResults.ServerSentEvents(Job(grains, name).WatchAsync(cancellationToken)));
        MapChange(jobs, "pause", job => job.PauseAsync());
        MapChange(jobs, "resume", job => job.ResumeAsync());
        MapChange(jobs, "cancel", job => job.CancelAsync());
    }

    private static void MapChange(RouteGroupBuilder jobs, string verb, Func<IJobGrain, Task> change) =>
        jobs.MapPost($"/{{name}}/{verb}", async (string name, IGrainFactory grains) =>
        {
            IJobGrain job = Job(grains, name);
            if (await job.GetPlanAsync() is not null)
                await change(job);

            return await StatusAsync(job);
        });

    private static IJobGrain Job(IGrainFactory grains, string name) => grains.GetGrain<IJobGrain>(name);

    private static async Task<IResult> StatusAsync(IJobGrain job) => await job.GetStatusAsync() is { } status
        ? Results.Ok(status)
        : Results.Problem("There is no such job.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IReadOnlyList<JobStatus>> ListAsync(IGrainFactory grains)
    {
        IReadOnlyList<string> names = await grains.GetGrain<IJobListGrain>(IJobListGrain.Key).ListAsync();
        JobStatus?[] found = await Task.WhenAll(names.Select(name => Job(grains, name).GetStatusAsync()));
        return [.. found.OfType<JobStatus>()];
    }

    private static async Task<IResult> StartAsync(JobRequest request, JobStarter starter, IGrainFactory grains, CancellationToken cancellationToken)
    {
        try
        {
            JobPlan plan = await starter.StartAsync(request, cancellationToken);
            return await StatusAsync(Job(grains, plan.Name));
        }
        catch (Exception exception) when (exception is ScottException or ArgumentException or InvalidOperationException)
        {
            return Results.Problem(exception.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>For seconds after a silo has died, or while the database is down, the grain of a job may have no place.</summary>
    private static async ValueTask<object?> SayWhenUnreachableAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or DbException or SocketException
            && !context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            string detail = $"The job cannot be reached now: {exception.Message} Ask again in a few seconds.";
            return Results.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
