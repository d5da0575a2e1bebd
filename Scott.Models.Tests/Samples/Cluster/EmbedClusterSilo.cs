using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Scott.Models.Benchmarks.Cluster;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Samples.Cluster;

/// <summary>One silo of the sample EmbedCluster, and a collector of its measurements.</summary>
public sealed class EmbedClusterSilo : IAsyncLifetime
{
    private readonly ConcurrentQueue<byte[]> _metrics = [];
    private Process? _process;
    private WebApplication? _collector;

    public string Url { get; private set; } = string.Empty;

    /// <summary>What others join.</summary>
    public string Primary { get; private set; } = string.Empty;

    public HttpClient Client { get; } = new();

    public async ValueTask InitializeAsync()
    {
        int[] ports = FreePorts.Find(4);
        string collector = $"http://127.0.0.1:{ports[3]}";
        await StartCollectorAsync(collector);
        Url = $"http://127.0.0.1:{ports[0]}";
        Primary = $"127.0.0.1:{ports[1]}";
        Client.BaseAddress = new Uri(Url);
        _process = BuiltProgram.Sample("EmbedCluster").Start(
            [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ],
            "silo", "--url", Url, "--silo-port", $"{ports[1]}", "--gateway-port", $"{ports[2]}", "--threads", "1", "--lease", "5");
        _ = _process.StandardError.ReadToEndAsync();
        await ChildLines.FindAsync(
            _process.StandardOutput, line => line.Contains("The silo is up.", StringComparison.Ordinal), TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        if (_collector is not null)
            await _collector.DisposeAsync();
    }

    public async Task<JsonElement> StatusAsync(string job) =>
        JsonElement.Parse(await Client.GetStringAsync(new Uri($"/jobs/{job}", UriKind.Relative)));

    /// <summary>The text in the first measurements that are as wanted.</summary>
    public async Task<string> MetricsAsync(Func<string, bool> isIt, CancellationToken cancellationToken)
    {
        var seen = new StringBuilder();
        for (int i = 0; i < 300; i++, await Task.Delay(100, cancellationToken))
        {
            while (_metrics.TryDequeue(out byte[]? body))
                seen.Append(Encoding.Latin1.GetString(body));

            if (isIt(seen.ToString()))
                return seen.ToString();
        }

        throw new TimeoutException($"Only this came: {seen}");
    }

    private async Task StartCollectorAsync(string url)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        _collector = builder.Build();
        _collector.MapPost("/v1/metrics", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _metrics.Enqueue(body.ToArray());
        });
        await _collector.StartAsync();
    }
}
