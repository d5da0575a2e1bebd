using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample over a folder of the test's own, until disposed.</summary>
public sealed class ImageSearchApp : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly HttpClient _client;

    private ImageSearchApp(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        _client = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    /// <summary>Starts the app, and waits until it has indexed the folder.</summary>
    public static async Task<ImageSearchApp> StartAsync(string folder, params string[] arguments)
    {
        (Process process, Uri address) = await ImageSearchServer.StartAsync(["--folder", folder, "--max-upload-mib", "1", .. arguments]);
        var app = new ImageSearchApp(process, address);
        await app.WaitAsync("/api/status", status => status.GetProperty("index").GetProperty("isComplete").GetBoolean());
        return app;
    }

    public async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await _client.GetStringAsync(new Uri(path, UriKind.Relative)));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new ByteArrayContent(body);

        // A refusal comes before the body is sent, rather than into the middle of it.
        request.Headers.ExpectContinue = body is not null;
        return await _client.SendAsync(request);
    }

    /// <summary>The answer to a request that succeeds.</summary>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, byte[]? body = null)
    {
        using HttpResponseMessage response = await SendAsync(method, path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>Asserts that a request is refused with problem details that say what to do.</summary>
    public async Task AssertRefusedAsync(HttpStatusCode status, string advice, HttpMethod method, string path, byte[]? body = null)
    {
        using HttpResponseMessage response = await SendAsync(method, path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(advice, JsonElement.Parse(text).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    /// <summary>Asks until the answer is as wanted.</summary>
    public async Task<JsonElement> WaitAsync(string path, Func<JsonElement, bool> isWanted)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            JsonElement answer = await GetAsync(path);
            if (isWanted(answer))
                return answer;

            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, $"{path} did not become as wanted: {answer}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
