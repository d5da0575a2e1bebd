using System.Diagnostics;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Browser;

/// <summary>
/// A headless Chromium of the machine with a profile of its own, driven over the DevTools protocol: that needs no package, where Playwright's brings
/// hundreds of megabytes.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    public const string ProgramVariable = "SCOTT_CHROMIUM";
    public const string RequiredVariable = "SCOTT_REQUIRE_CHROMIUM";

    private const string AddressLine = "DevTools listening on ";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private readonly TemporaryFolder _profile;
    private readonly Process _process;
    private readonly DevTools _tools;

    private Chromium(TemporaryFolder profile, Process process, DevTools tools)
    {
        _profile = profile;
        _process = process;
        _tools = tools;
    }

    /// <summary>Skips the test where there is no browser, or fails it where there has to be one.</summary>
    public static async Task<Chromium> StartAsync()
    {
        string? program = Find();
        const string Missing = $"There is no Chromium. Install it (Debian: apt-get install chromium) or name a Chromium or Chrome in {ProgramVariable}.";
        Assert.False(program is null && Environment.GetEnvironmentVariable(RequiredVariable) == "1", Missing);
        Assert.SkipUnless(program is not null, Missing);
        var profile = new TemporaryFolder();
        string[] arguments =
        [
            "--headless=new", "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
            "--no-first-run", "--no-proxy-server", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars", "about:blank",
        ];
        Process process = Process.Start(new ProcessStartInfo(program!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            string address = await ChildLines.FindAsync(process.StandardError, line => line.StartsWith(AddressLine, StringComparison.Ordinal), StartLimit);
            _ = process.StandardOutput.ReadToEndAsync();
            return new Chromium(profile, process, await DevTools.ConnectAsync(new Uri(address[AddressLine.Length..])));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            profile.Dispose();
            throw;
        }
    }

    public Task<BrowserPage> OpenAsync() => BrowserPage.OpenAsync(_tools);

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Dispose();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } named)
        {
            return named;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
