using System.Diagnostics;
using System.Text.Json;
using Scott.Models.Tests.Processes;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample as a user starts it, on a free port, over a few images of which one is broken.</summary>
public sealed class ImageSearchServer : IAsyncLifetime
{
    public const int MaximumUploadBytes = 1024 * 1024;
    public const int MaximumPixels = 100_000;
    public const int Images = 8;

    private const string ListeningText = "Listening on ";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; } = new();

    public string Image(int number) => _folder.File(Path.Combine("images", "deep", $"image {number}.png"));

    public string NewFile(string name) => _folder.File(name);

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Image(0))!);
        for (int i = 0; i < Images; i++)
            await TestFiles.WriteImageAsync(Image(i), seed: 10 * i);

        await File.WriteAllTextAsync(_folder.File(Path.Combine("images", "broken.jpg")), "no image");
        await TestFiles.WriteImageAsync(_folder.File("secret.png"), seed: 1);
        (_process, Address) = await StartAsync("--folder", _folder.File("images"), "--max-upload-mib", "1");
        Client.BaseAddress = Address;
        await WaitForIndexAsync();
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

        _folder.Dispose();
    }

    internal static Task<(Process Process, Uri Address)> StartAsync(params string[] arguments) =>
        StartWithAsync([("Scott__Extraction__Decoding__MaximumPixels", $"{MaximumPixels}")], arguments);

    /// <summary>With more in its environment.</summary>
    internal static async Task<(Process Process, Uri Address)> StartWithAsync((string Name, string? Value)[] more, params string[] arguments)
    {
        (string, string?)[] environment =
        [
            (ZooOptions.OfflineVariable, "1"),

            // Neither may open it to others.
            ("ASPNETCORE_URLS", "http://0.0.0.0:0"),
            ("Kestrel__Endpoints__Open__Url", "http://0.0.0.0:0"),

            // Nor may it make error answers tell more.
            ("ASPNETCORE_ENVIRONMENT", "Development"),
            .. more,
        ];
        Process process = BuiltProgram.Sample("ImageSearch").Start(
            environment, arguments.Contains("--port") ? arguments : ["--port", "0", .. arguments]);
        _ = process.StandardError.ReadToEndAsync();
        try
        {
            string line = await ChildLines.FindAsync(process.StandardOutput, line => line.Contains(ListeningText, StringComparison.Ordinal), Limit);
            return (process, new Uri(line[(line.IndexOf(ListeningText, StringComparison.Ordinal) + ListeningText.Length)..]));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    public async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Client.GetStringAsync(new Uri(path, UriKind.Relative)));

    public Task<HttpResponseMessage> SendAsync(string path) => Client.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>Searches by an image.</summary>
    public async Task<HttpResponseMessage> PostAsync(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/search") { Content = new ByteArrayContent(body) };

        // A refusal comes before the body is sent, rather than into the middle of it.
        request.Headers.ExpectContinue = true;
        return await Client.SendAsync(request);
    }

    private async Task WaitForIndexAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (!(await GetAsync("/api/status")).GetProperty("index").GetProperty("isComplete").GetBoolean())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, "The index was not complete in time.");
            await Task.Delay(50);
        }
    }
}
