using PuppeteerSharp;
using Scott.Models.Tests.Browser;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample's page in a browser, used as a person would.</summary>
public sealed class ImageSearchBrowserTests(ImageSearchServer server) : IClassFixture<ImageSearchServer>
{
    private const string IsSearched =
        "document.querySelector('#results').getAttribute('aria-busy') === 'false' && document.querySelector('#found-heading').textContent === 'Like ";

    [Fact]
    public async Task Page_UsedByMouseAndByKeyboard_FindsImagesAndAsksNobodyElse()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await BrowserPage.OpenAsync(browser);
        using var temporary = new TemporaryFolder();
        string screenshots = Environment.GetEnvironmentVariable(ImageSearchScreens.Variable) is { Length: > 0 } kept
            ? Directory.CreateDirectory(kept).FullName
            : temporary.Path;
        await page.SetSizeAsync(1280, 860);
        await page.SetSchemeAsync("light");
        await page.GoToAsync(server.Address);
        await page.WaitForAsync($"document.querySelectorAll('#results li').length === {ImageSearchServer.Images}");
        Assert.Contains("8 images · scott-mini-112-distilled", await TextAsync(page, "#index-text"), StringComparison.Ordinal);
        Assert.Equal("1 image could not be read", await TextAsync(page, "#skipped summary"));
        await page.ScreenshotAsync(Path.Combine(screenshots, "start.png"));

        // Dropped: the image itself is found first.
        await page.DropAsync(200, 250, server.Image(5));
        await page.WaitForAsync($"{IsSearched}image 5.png'");
        Assert.Equal("image 5.png", await page.EvaluateAsync<string>("document.querySelector('#results .match img').alt"));
        Assert.Equal("1.000", await TextAsync(page, "#results .similarity"));
        Assert.StartsWith("8 images found. Most similar: image 5.png", await TextAsync(page, "#live"), StringComparison.Ordinal);
        await page.WaitForAsync("document.querySelector('#patches').naturalWidth === 336 && document.querySelector('#seen').naturalWidth === 112");
        await page.WaitForAsync("[...document.querySelectorAll('#results img')].every(image => image.naturalWidth > 0)");
        await page.ScreenshotAsync(Path.Combine(screenshots, "light.png"));

        await SearchByKeyboardAsync(page);
        await page.SetSchemeAsync("dark");
        await page.ScreenshotAsync(Path.Combine(screenshots, "dark.png"));
        await page.SetSizeAsync(390, 844);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 390"), "The page is wider than the screen.");
        await page.ScreenshotAsync(Path.Combine(screenshots, "narrow.png"));
        Assert.NotEmpty(page.Requests);
        Assert.All(page.Requests, request => Assert.Matches($"^(data:|blob:)?{server.Address}|^data:image/", request));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Page_GivenWhatItCannotTake_SaysWhy()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await BrowserPage.OpenAsync(browser);
        await page.GoToAsync(server.Address);
        await page.WaitForAsync("document.querySelectorAll('#results li').length > 0");
        (string text, string large) = (server.NewFile("text.png"), server.NewFile("too-large.png"));
        await File.WriteAllTextAsync(text, "no image");
        await File.WriteAllBytesAsync(large, new byte[ImageSearchServer.MaximumUploadBytes + 1]);

        await page.ChooseAsync("#file", text);
        await page.WaitForAsync("!document.querySelector('#error').hidden");
        Assert.Contains("expected JPEG, PNG, WebP, BMP, GIF or TIFF", await TextAsync(page, "#error"), StringComparison.Ordinal);
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#preview').hidden"));
        await page.ChooseAsync("#file", large);
        await page.WaitForAsync("document.querySelector('#error').textContent.includes('at most 1 MiB')");
        await page.DropAsync(200, 250, text, large);
        await page.WaitForAsync("document.querySelector('#error').textContent.includes('One image at a time')");

        // What comes next takes the error away.
        await page.ChooseAsync("#file", server.Image(1));
        await page.WaitForAsync($"{IsSearched}image 1.png'");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#error').hidden"));
    }

    /// <summary>From the top of the page to the second image found, and its like.</summary>
    private static async Task SearchByKeyboardAsync(BrowserPage page)
    {
        await page.EvaluateAsync<bool>("document.activeElement.blur() ?? true");
        string second = await page.EvaluateAsync<string>("document.querySelectorAll('#results .match img')[1].alt");
        var passed = new List<string>();
        for (int i = 0; i < 10 && !passed.Contains(second); i++)
        {
            await page.PressAsync("Tab");
            passed.Add(await page.EvaluateAsync<string>(
                "document.activeElement.id || document.activeElement.querySelector('img')?.alt || document.activeElement.tagName"));
        }

        Assert.Contains("file", passed);
        Assert.Equal(second, passed[^1]);
        await page.PressAsync("Enter");
        await page.WaitForAsync($"{IsSearched}{second}'");
        await page.WaitForAsync("document.activeElement.id === 'found-heading'");
        Assert.NotEqual(second, await page.EvaluateAsync<string>("document.querySelector('#results .match img').alt"));
        await page.WaitForAsync("[...document.querySelectorAll('#results img')].every(image => image.naturalWidth > 0)");
    }

    private static Task<string> TextAsync(BrowserPage page, string selector) =>
        page.EvaluateAsync<string>($"document.querySelector('{selector}').textContent");
}
