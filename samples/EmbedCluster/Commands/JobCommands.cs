using System.CommandLine;
using System.Text.Json;
using EmbedCluster.Hosting;
using EmbedCluster.Scheduling;
using EmbedCluster.Web;
using Scott.Models.Foundation;

namespace EmbedCluster.Commands;

/// <summary>The commands that talk to a silo.</summary>
internal static class JobCommands
{
    private static readonly JsonSerializerOptions Json = CreateJson();

    /// <summary>The command <c>start</c>.</summary>
    public static Command Start()
    {
        var job = new JobArguments();
        Option<string> url = Url();
        var command = new Command("start", "Starts a job on a cluster. All silos must see inputs and output under the same paths.") { url };
        job.AddTo(command);
        command.SetAction((result, cancellationToken) => CallAsync(
            result.GetRequiredValue(url), client => client.PostAsJsonAsync("jobs", job.Bind(result), Json, cancellationToken), cancellationToken));
        return command;
    }

    /// <summary>The command <c>status</c>.</summary>
    public static Command Status()
    {
        var name = new Argument<string?>("job") { Description = "The job. All jobs if it is not given.", Arity = ArgumentArity.ZeroOrOne };
        Option<string> url = Url();
        var command = new Command("status", "Says how far a job has come.") { name, url };
        command.SetAction((result, cancellationToken) => CallAsync(
            result.GetRequiredValue(url), client => client.GetAsync(PathOf(result.GetValue(name)), cancellationToken), cancellationToken));
        return command;
    }

    /// <summary>A command that changes what a job does.</summary>
    public static Command Change(string verb, string description)
    {
        var name = new Argument<string>("job") { Description = "The job." };
        Option<string> url = Url();
        var command = new Command(verb, description) { name, url };
        command.SetAction((result, cancellationToken) => CallAsync(
            result.GetRequiredValue(url), client => client.PostAsync($"{PathOf(result.GetValue(name))}/{verb}", null, cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> CallAsync(string url, Func<HttpClient, Task<HttpResponseMessage>> call, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url.TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using HttpResponseMessage response = await call(client);
            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                Console.Error.WriteLine(Detail(text) ?? $"{url} answers {(int)response.StatusCode}.");
                return 1;
            }

            JobStatus[] found = text.StartsWith('[')
                ? JsonSerializer.Deserialize<JobStatus[]>(text, Json)!
                : [JsonSerializer.Deserialize<JobStatus>(text, Json)!];
            foreach (JobStatus status in found)
                Print(status);

            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("Interrupted. What was asked for may not have been done; 'status' tells.");
            return 130;
        }
        catch (HttpRequestException exception)
        {
            Console.Error.WriteLine($"No silo answers at {url}: {exception.Message} Start one with 'silo', or name its address with --url.");
            return 1;
        }
    }

    private static void Print(JobStatus status)
    {
        string images = Plural.Of(status.Images, "image");
        Console.WriteLine($"{status.Name}: {status.Message}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {status.Done} of {Plural.Of(status.Shards, "shard")}, {images}, {status.FailedImages} cannot be read, "
                + $"{status.ImagesPerSecond:F1} images/s"));
        Console.WriteLine($"  to {status.Folder} with {status.Model}");
        foreach (WorkerStatus worker in status.Workers)
            Console.WriteLine($"  {worker.Worker}: shard {worker.Shard}, {Plural.Of(worker.Images, "image")}");
        foreach (ParkedShard parked in status.Parked)
            Console.WriteLine($"  shard {parked.Shard} is parked: {parked.Error}");
    }

    private static string? Detail(string problem)
    {
        try
        {
            return JsonDocument.Parse(problem).RootElement.TryGetProperty("detail", out JsonElement detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string PathOf(string? name) => name is null ? "jobs" : $"jobs/{Uri.EscapeDataString(name)}";

    private static Option<string> Url() => new("--url")
    {
        Description = "The address of a silo.",
        DefaultValueFactory = _ => new ClusterOptions().Url,
    };

    private static JsonSerializerOptions CreateJson()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        JobApi.Configure(options);
        return options;
    }
}
