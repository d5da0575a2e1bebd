using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Scott.Models.Tests.Browser;

/// <summary>A page in the browser: what a user does with it, and what it does itself.</summary>
internal sealed class BrowserPage
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly DevTools _tools;
    private readonly string _session;

    private BrowserPage(DevTools tools, string session)
    {
        _tools = tools;
        _session = session;
        tools.Happened += Note;
    }

    /// <summary>The addresses asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>What went to the console as an error, and exceptions that nothing caught.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    public static async Task<BrowserPage> OpenAsync(DevTools tools)
    {
        JsonElement target = await tools.SendAsync("Target.createTarget", new { url = "about:blank" });
        JsonElement attached = await tools.SendAsync("Target.attachToTarget", new { targetId = target.GetProperty("targetId").GetString(), flatten = true });
        var page = new BrowserPage(tools, attached.GetProperty("sessionId").GetString()!);
        foreach (string domain in new[] { "Page", "Runtime", "Log", "Network", "DOM" })
        {
            await page.SendAsync($"{domain}.enable");
        }

        return page;
    }

    /// <summary>Opens an address and waits until its document is parsed.</summary>
    public async Task GoToAsync(Uri address)
    {
        await SendAsync("Page.navigate", new { url = address.AbsoluteUri });
        await WaitForAsync("document.readyState !== 'loading'");
    }

    public async Task<T> EvaluateAsync<T>(string expression)
    {
        JsonElement answer = await SendAsync("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        return answer.TryGetProperty("exceptionDetails", out JsonElement fault)
            ? throw new InvalidOperationException($"{expression}: {fault}")
            : answer.GetProperty("result").GetProperty("value").Deserialize<T>()!;
    }

    public async Task WaitForAsync(string condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await EvaluateAsync<bool>($"!!({condition})"))
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                throw new TimeoutException($"It did not come to this: {condition}. Errors: {string.Join('\n', Errors)}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Chooses a file where the dialog of a file input would.</summary>
    public async Task ChooseAsync(string selector, string file)
    {
        JsonElement document = await SendAsync("DOM.getDocument");
        JsonElement node = await SendAsync("DOM.querySelector", new { nodeId = document.GetProperty("root").GetProperty("nodeId").GetInt32(), selector });
        await SendAsync("DOM.setFileInputFiles", new { files = new[] { file }, nodeId = node.GetProperty("nodeId").GetInt32() });
    }

    /// <summary>Drags files from outside the browser to a point of the page and lets go.</summary>
    public async Task DropAsync(double x, double y, params string[] files)
    {
        var data = new { items = Array.Empty<object>(), files, dragOperationsMask = 1 };
        foreach (string type in new[] { "dragEnter", "dragOver", "drop" })
        {
            await SendAsync("Input.dispatchDragEvent", new { type, x, y, data });
        }
    }

    public Task PressTabAsync() => PressAsync("Tab", 9, string.Empty);

    public Task PressEscapeAsync() => PressAsync("Escape", 27, string.Empty);

    public Task PressEnterAsync() => PressAsync("Enter", 13, "\r");

    public Task SetSizeAsync(int width, int height) =>
        SendAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });

    /// <summary>A screen that fingers use, or a mouse again.</summary>
    public async Task SetTouchAsync(bool isTouch)
    {
        await SendAsync("Emulation.setTouchEmulationEnabled", new { enabled = isTouch, maxTouchPoints = isTouch ? 5 : 1 });
        await SendAsync("Emulation.setEmitTouchEventsForMouse", new { enabled = isTouch });
    }

    public Task ClickAsync(string selector) => EvaluateAsync<bool>($"document.querySelector('{selector}').click() ?? true");

    public Task<string> TextAsync(string selector) => EvaluateAsync<string>($"document.querySelector('{selector}').textContent");

    /// <summary>Light or dark, and nothing that moves: a screenshot would catch it halfway.</summary>
    public Task SetSchemeAsync(string scheme) => SendAsync("Emulation.setEmulatedMedia", new
    {
        features = new[] { new { name = "prefers-color-scheme", value = scheme }, new { name = "prefers-reduced-motion", value = "reduce" } },
    });

    public async Task ScreenshotAsync(string path)
    {
        JsonElement image = await SendAsync("Page.captureScreenshot", new { format = "png" });
        await File.WriteAllBytesAsync(path, image.GetProperty("data").GetBytesFromBase64());
    }

    private async Task PressAsync(string key, int code, string text)
    {
        await SendAsync("Input.dispatchKeyEvent", new { type = text.Length > 0 ? "keyDown" : "rawKeyDown", key, code = key, windowsVirtualKeyCode = code, text });
        await SendAsync("Input.dispatchKeyEvent", new { type = "keyUp", key, code = key, windowsVirtualKeyCode = code });
    }

    private Task<JsonElement> SendAsync(string method, object? parameters = null) => _tools.SendAsync(method, parameters, _session);

    private void Note(string method, JsonElement parameters)
    {
        switch (method)
        {
            case "Network.requestWillBeSent":
                Requests.Enqueue(parameters.GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Runtime.exceptionThrown":
            case "Runtime.consoleAPICalled" when parameters.GetProperty("type").GetString() is "error" or "warning" or "assert":
            case "Log.entryAdded" when parameters.GetProperty("entry").GetProperty("level").GetString() is "error" or "warning":
                Errors.Enqueue(parameters.ToString());
                break;
        }
    }
}
