using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using PuppeteerSharp;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Tests.Browser;
using Scott.Models.Tests.Imaging;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample that embeds in a browser, published as a user does, in a real browser.</summary>
public sealed class EmbedBrowserTests : IDisposable
{
    private const string IsReady = "document.querySelector('#status')?.textContent.startsWith('Ready.')";
    private const string Found =
        "JSON.stringify([...document.querySelectorAll('#images li')].map(item => [item.querySelector('.name').textContent, "
            + "item.querySelector('.similarity').textContent]))";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_Published_OrdersImagesAsOnnxRuntimeDoesAndAsksNobodyElse()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        await using WebApplication server = await PublishAndServeAsync();
        BrowserPage page = await BrowserPage.OpenAsync(browser);
        await page.SetSizeAsync(900, 700);
        await page.GoToAsync(new Uri(server.Urls.Single()));
        await page.WaitForAsync(IsReady);
        Assert.Contains("Managed code, 128-bit registers", await page.TextAsync("#status"), StringComparison.Ordinal);

        string[] images = await WriteImagesAsync();
        await page.DropAsync(450, 600, images); // beside the field, where nothing happens
        await page.DropAsync(450, 200, [images[0], .. await WriteFaultyAsync(), .. images[1..]]);
        await page.WaitForAsync($"document.querySelector('#status').textContent.startsWith('Images: {images.Length}.')");
        TestContext.Current.TestOutputHelper?.WriteLine(await page.TextAsync("#status"));
        Assert.Equal(
            "no image.png: This browser cannot decode it. Give a JPEG, PNG or WebP file.\n"
                + "too large.png: It has more than 64 MB, which is the most that the page takes.",
            await page.EvaluateAsync<string>("[...document.querySelectorAll('main .error')].map(error => error.textContent).join('\\n')"));
        await AssertOrderAsync(page, images, chosen: 0);

        // Another one is chosen by the keyboard: it comes first, and keeps the focus.
        string chosen = Path.GetFileName(images[2]);
        await page.EvaluateAsync<bool>(
            $"[...document.querySelectorAll('#images img')].find(image => image.alt === '{chosen}').closest('button').focus() ?? true");
        await page.PressAsync("Enter");
        await page.WaitForAsync($"document.querySelector('#images .chosen .name')?.textContent === '{chosen}'");
        await AssertOrderAsync(page, images, chosen: 2);
        Assert.Equal(chosen, await page.EvaluateAsync<string>("document.activeElement.querySelector('.name').textContent"));

        Assert.All(page.Requests, request => Assert.Matches($"^(blob:)?{server.Urls.Single()}", request));
        Assert.Empty(page.Errors);
        if (Environment.GetEnvironmentVariable(ImageSearchScreens.Variable) is { Length: > 0 } kept)
            await page.ScreenshotAsync(Path.Combine(Directory.CreateDirectory(kept).FullName, "embed-browser.png"));

        // What the page kept of the images goes with them.
        string preview = await page.EvaluateAsync<string>("document.querySelector('#images img').src");
        Assert.True(await page.EvaluateAsync<bool>($"fetch('{preview}').then(() => true, () => false)"));
        await page.EvaluateAsync<bool>("document.querySelector('#clear').click() ?? true");
        await page.WaitForAsync("document.querySelectorAll('#images li').length === 0");
        Assert.False(await page.EvaluateAsync<bool>($"fetch('{preview}').then(() => true, () => false)"));
        Assert.StartsWith("Ready.", await page.TextAsync("#status"), StringComparison.Ordinal);
    }

    private async Task<string[]> WriteImagesAsync()
    {
        List<string> images = [];
        foreach (string name in (string[])["gray.jpg", "progressive.jpg", "restart.jpg"])
        {
            images.Add(_folder.File(name));
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Imaging", "Images", name), images[^1]);
        }

        // Turned: a decoder that does not turn it gives another vector.
        images.Add(_folder.File("turned.jpg"));
        await File.WriteAllBytesAsync(images[^1], OrientedFiles.File("jpeg", 200, 120, OrientedFiles.Exif(6, isBigEndian: true)));

        // Strong colors: with channels exchanged the similarities would be others.
        foreach ((string name, int channel) in new[] { ("red", 0), ("green", 1), ("blue", 2) })
        {
            images.Add(_folder.File($"{name}.png"));
            byte[] pixels = new byte[640 * 480 * 3];
            for (int i = channel; i < pixels.Length; i += 3)
                pixels[i] = (byte)(i / 3 % 640 * (i / 3 / 640) / 200);

            await RgbImage.FromPixels(pixels, 640, 480, PixelLayout.Rgb24).SavePngAsync(images[^1]);
        }

        return [.. images];
    }

    private async Task<string[]> WriteFaultyAsync()
    {
        (string text, string large) = (_folder.File("no image.png"), _folder.File("too large.png"));
        await File.WriteAllTextAsync(text, "no image");
        await using FileStream file = File.Create(large);
        file.SetLength((64L << 20) + 1);
        return [text, large];
    }

    private static async Task AssertOrderAsync(BrowserPage page, string[] images, int chosen)
    {
        // A browser's decoder may round a pixel differently.
        const float Tolerance = 0.004f;
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled");
        using FeatureExtractor extractor = model.ExtractFeatures().WithUnitLength().Build();
        float[][] vectors = [.. (await extractor.EmbedFilesAsync(images).ToArrayAsync()).Select(result => result.Vector.ToArray())];
        var expected = images.Index().ToDictionary(
            image => Path.GetFileName(image.Item), image => vectors[image.Index].Zip(vectors[chosen], (left, right) => left * right).Sum());
        string[][] found = JsonSerializer.Deserialize<string[][]>(await page.EvaluateAsync<string>(Found))!;
        Assert.Equal(expected.Keys.Order(), found.Select(image => image[0]).Order());
        Assert.Equal(Path.GetFileName(images[chosen]), found[0][0]);
        float[] shown = [.. found.Select(image => float.Parse(image[1], CultureInfo.InvariantCulture))];
        Assert.All(found.Zip(shown), image => Assert.Equal(expected[image.First[0]], image.Second, Tolerance));
        Assert.Equal(shown.OrderDescending(), shown);
    }

    private async Task<WebApplication> PublishAndServeAsync()
    {
        string sample = Path.Combine(Repository.Root, "samples", "EmbedBrowser");
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Name;
        ChildResult published = await ChildProcess.RunAsync(
            "dotnet", ["publish", sample, "-c", configuration, "--no-build", "-p:CompressionEnabled=false", "-o", _folder.File("app")]);
        BuiltProgram.AssertExit(0, published);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        var files = new PhysicalFileProvider(Path.Combine(_folder.File("app"), "wwwroot"));
        server.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        server.UseStaticFiles(new StaticFileOptions { FileProvider = files, ServeUnknownFileTypes = true });
        await server.StartAsync();
        return server;
    }
}
