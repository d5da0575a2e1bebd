using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedCluster.Scheduling;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>One silo of the sample EmbedCluster, as a process that can be killed and started again.</summary>
internal sealed class SiloProcess : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly string _program;
    private readonly string[] _arguments;
    private readonly string _log;
    private readonly int _siloPort;
    private readonly HttpClient _client;
    private Process? _process;

    /// <param name="program">The path of <c>EmbedCluster.dll</c>.</param>
    /// <param name="arguments">The silo's options, without its ports.</param>
    /// <param name="log">Where its output goes.</param>
    public SiloProcess(string program, string[] arguments, string log)
    {
        int[] ports = FreePorts.Find(3);
        (_program, _log, _siloPort) = (program, log, ports[0]);
        string url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[2]}");
        _client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(20) };
        _arguments =
        [
            "silo", "--address", "127.0.0.1", "--silo-port", Text(ports[0]), "--gateway-port", Text(ports[1]), "--url", url, .. arguments,
        ];
    }

    /// <summary>Whether the process runs.</summary>
    public bool IsUp => _process is { HasExited: false };

    /// <summary>When it was last killed.</summary>
    public DateTimeOffset KilledAt { get; private set; }

    /// <summary>Whether a worker's name names this silo, or an earlier run of it.</summary>
    public bool Owns(string worker) =>
        worker.StartsWith(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_siloPort}@"), StringComparison.Ordinal);

    /// <summary>Starts the process.</summary>
    public void Start()
    {
        _process?.Dispose();
        string[] script = ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "silo", _log, "dotnet", _program, .. _arguments];
        _process = Process.Start(new ProcessStartInfo("/bin/sh", script))!;
    }

    /// <summary>Waits until the silo answers.</summary>
    /// <exception cref="InvalidOperationException">It ended.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using HttpResponseMessage response = await _client.GetAsync("jobs", cancellationToken);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (IsUp)
            {
                // Not yet.
            }
            catch (HttpRequestException exception)
            {
                throw new InvalidOperationException($"The silo ended; see {_log}.", exception);
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Kills the process at once.</summary>
    public void Kill()
    {
        KilledAt = DateTimeOffset.UtcNow;
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts a job.</summary>
    /// <exception cref="HttpRequestException">The silo refuses, or cannot be reached.</exception>
    public async Task StartJobAsync(IReadOnlyList<string> inputs, string output, string model, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync("jobs", new { inputs, output, model }, Json, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>The status of a job; null if the silo cannot say.</summary>
    public async Task<JobStatus?> FindStatusAsync(string job, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.GetFromJsonAsync<JobStatus>($"jobs/{job}", Json, cancellationToken);
        }
        catch (Exception exception) when (IsSiloError(exception, cancellationToken))
        {
            return null;
        }
    }

    /// <summary>Pauses or resumes a job, unless the silo cannot do so now.</summary>
    public async Task ChangeJobAsync(string job, string verb, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await _client.PostAsync($"jobs/{job}/{verb}", content: null, cancellationToken);
        }
        catch (Exception exception) when (IsSiloError(exception, cancellationToken))
        {
            // The next status shows that nothing changed, and it is asked again.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (IsUp)
            Kill();

        _process?.Dispose();
        _client.Dispose();
    }

    private static bool IsSiloError(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
