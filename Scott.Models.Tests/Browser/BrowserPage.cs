using System.Collections.Concurrent;
using PuppeteerSharp;

namespace Scott.Models.Tests.Browser;

/// <summary>A page in the browser: what a user does with it, the addresses it requests, and its errors.</summary>
internal sealed class BrowserPage
{
    private readonly IPage _page;

    private BrowserPage(IPage page)
    {
        _page = page;
        page.Request += (_, request) => Requests.Enqueue(request.Request.Url);
        page.PageError += (_, error) => Errors.Enqueue(error.Message);
        page.Console += (_, console) =>
        {
            if (console.Message.Type is ConsoleType.Error or ConsoleType.Warning or ConsoleType.Assert)
                Errors.Enqueue(console.Message.Text);
        };
    }

    /// <summary>The requested addresses.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Errors and warnings in the console, and uncaught exceptions.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    public static async Task<BrowserPage> OpenAsync(IBrowser browser) => new(await browser.NewPageAsync());

    /// <summary>Opens an address and waits until its document is parsed.</summary>
    public Task GoToAsync(Uri address) => _page.GoToAsync(address.AbsoluteUri, WaitUntilNavigation.DOMContentLoaded);

    public Task<T> EvaluateAsync<T>(string expression) => _page.EvaluateExpressionAsync<T>(expression);

    public async Task WaitForAsync(string condition)
    {
        try
        {
            await _page.WaitForExpressionAsync(condition);
        }
        catch (WaitTaskTimeoutException exception)
        {
            throw new TimeoutException($"This did not become true: {condition}. Errors: {string.Join('\n', Errors)}", exception);
        }
    }

    /// <summary>Chooses a file as the dialog of a file input does.</summary>
    public async Task ChooseAsync(string selector, string file) => await (await _page.QuerySelectorAsync(selector)).UploadFileAsync(file);

    /// <summary>Drags files from outside the browser to a point of the page and drops them.</summary>
    public async Task DropAsync(int x, int y, params string[] files)
    {
        var data = new { items = Array.Empty<object>(), files, dragOperationsMask = 1 };
        foreach (string type in new[] { "dragEnter", "dragOver", "drop" })
            await _page.Client.SendAsync("Input.dispatchDragEvent", new { type, x, y, data });
    }

    public Task PressAsync(string key) => _page.Keyboard.PressAsync(key);

    /// <summary>Types into what has the focus.</summary>
    public Task TypeAsync(string text) => _page.Keyboard.TypeAsync(text);

    public Task SetSizeAsync(int width, int height) =>
        _page.SetViewportAsync(new ViewPortOptions { Width = width, Height = height, HasTouch = _page.Viewport.HasTouch });

    /// <summary>A screen that fingers use.</summary>
    public Task UseTouchAsync() => _page.SetViewportAsync(_page.Viewport with { HasTouch = true });

    public Task ClickAsync(string selector) => EvaluateAsync<bool>($"document.querySelector('{selector}').click() ?? true");

    public Task<string> TextAsync(string selector) => EvaluateAsync<string>($"document.querySelector('{selector}').textContent");

    /// <summary>Light or dark, and without motion, which a screenshot could catch halfway.</summary>
    public Task SetSchemeAsync(string scheme) => _page.EmulateMediaFeaturesAsync(
    [
        new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme },
        new MediaFeatureValue { MediaFeature = MediaFeature.PrefersReducedMotion, Value = "reduce" },
    ]);

    public Task ScreenshotAsync(string path) => _page.ScreenshotAsync(path);
}
