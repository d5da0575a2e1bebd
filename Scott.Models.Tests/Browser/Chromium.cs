using PuppeteerSharp;

namespace Scott.Models.Tests.Browser;

/// <summary>The Chromium of this machine, headless and with a new profile.</summary>
internal static class Chromium
{
    public const string ProgramVariable = "SCOTT_CHROMIUM";
    public const string RequiredVariable = "SCOTT_REQUIRE_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Skips the test where there is no browser, or fails it where one is required.</summary>
    public static async Task<IBrowser> StartAsync()
    {
        string? program = Find();
        const string Missing =
            $"There is no Chromium. Install it (Debian: apt-get install chromium) or name a Chromium or Chrome in {ProgramVariable}.";
        Assert.False(program is null && Environment.GetEnvironmentVariable(RequiredVariable) == "1", Missing);
        Assert.SkipUnless(program is not null, Missing);
        return await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"],
            Timeout = 60_000,
        });
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } named)
            return named;

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
