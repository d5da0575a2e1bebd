using PuppeteerSharp;

namespace Scott.Models.Tests.Browser;

/// <summary>What tests of a page rely on when they find no error.</summary>
public sealed class BrowserPageTests
{
    [Fact]
    public async Task Errors_OfConsoleScriptAndResource_AreCollected()
    {
        const string Faulty =
            "<script>console.error('said')</script><script>throw new Error('thrown')</script><img src='http://127.0.0.1:1/gone.png'>";
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await BrowserPage.OpenAsync(browser);
        await page.GoToAsync(new Uri($"data:text/html,{Uri.EscapeDataString(Faulty)}"));
        await page.WaitForAsync("document.readyState === 'complete'");
        for (int i = 0; i < 500 && page.Errors.Count < 3; i++)
            await Task.Delay(20);

        Assert.Equal(3, page.Errors.Count);
        Assert.Contains(page.Errors, error => error.Contains("said", StringComparison.Ordinal));
        Assert.Contains(page.Errors, error => error.Contains("thrown", StringComparison.Ordinal));
        Assert.Contains(page.Errors, error => error.Contains("Failed to load resource", StringComparison.Ordinal));
        Assert.Contains("http://127.0.0.1:1/gone.png", page.Requests);
    }
}
