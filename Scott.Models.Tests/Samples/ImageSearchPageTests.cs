using System.Diagnostics;
using PuppeteerSharp;
using Scott.Models.Tests.Browser;

namespace Scott.Models.Tests.Samples;

/// <summary>The states of the sample's page: an empty folder, an error, an earlier search, a small screen, and a server that is gone.</summary>
public sealed class ImageSearchPageTests(ImageSearchServer server) : IClassFixture<ImageSearchServer>
{
    private const string HasStarted = "document.querySelectorAll('#results li').length === 8";
    private const string IsIdle = "document.querySelector('#results').getAttribute('aria-busy') !== 'true'";
    private const string IsHeadingInView =
        "(({ top, bottom }) => top >= 0 && bottom <= innerHeight)(document.querySelector('#found-heading').getBoundingClientRect())";

    [Theory]
    [InlineData(0, "The folder has no images", "Put JPEG, PNG, WebP, BMP, GIF or TIFF files into ")]
    [InlineData(3, "No image could be read", "3 images in ")]
    public async Task Page_OverAFolderWithoutReadableImages_SaysWhatToDo(int unreadable, string heading, string note)
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < unreadable; i++)
            await File.WriteAllTextAsync(folder.File($"{i}.png"), "no image");

        (Process process, Uri address) = await ImageSearchServer.StartAsync("--folder", folder.Path);
        using (process)
        {
            try
            {
                await using IBrowser browser = await Chromium.StartAsync();
                BrowserPage page = await BrowserPage.OpenAsync(browser);
                await page.GoToAsync(address);
                await page.WaitForAsync($"document.querySelector('#found-heading').textContent === '{heading}'");
                string said = await page.TextAsync("#note");
                Assert.StartsWith(note, said, StringComparison.Ordinal);
                Assert.Contains(folder.Path, said, StringComparison.Ordinal);
                Assert.Contains("start the app again", said, StringComparison.Ordinal);
                await ImageSearchScreens.ShootAsync(page, unreadable == 0 ? "empty" : "unreadable");
                Assert.Empty(page.Errors);
            }
            finally
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
    }

    [Fact]
    public async Task Page_AfterAFailedUpload_NamesTheFileInOneSentenceAndShowsNoOldResults()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await OpenAsync(browser);
        await SearchAsync(page, server.Image(2), "Like image 2.png");
        string text = server.NewFile("note.png");
        await File.WriteAllTextAsync(text, "no image");
        await page.ChooseAsync("#file", text);
        await page.WaitForAsync("!document.querySelector('#error').hidden");
        Assert.Equal("note.png is not an image of a known format; expected JPEG, PNG, WebP, BMP, GIF or TIFF.", await page.TextAsync("#error"));
        Assert.Equal("No result for note.png", await page.TextAsync("#found-heading"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('#results li').length"));
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#views').hidden"));
        await ImageSearchScreens.ShootAsync(page, "failed");

        // What is offered leads back to the images of the folder, and Back to the search before.
        await page.ClickAsync("#note button");
        await page.WaitForAsync(HasStarted);
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#error').hidden"));
        await page.EvaluateAsync<bool>("history.go(-2) ?? true");
        await page.WaitForAsync("document.querySelector('#found-heading').textContent === 'Like image 2.png'");
    }

    [Fact]
    public async Task Back_AndForwardAndReload_ShowTheSearchThatBelongsThere()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await OpenAsync(browser);
        await SearchAsync(page, server.Image(4), "Like image 4.png");
        string second = await page.EvaluateAsync<string>("document.querySelectorAll('#results .match img')[1].alt");
        await page.ClickAsync("#results li:nth-child(2) .match");
        await page.WaitForAsync($"document.querySelector('#found-heading').textContent === 'Like {second}'");
        string linked = await page.EvaluateAsync<string>("location.href");
        Assert.Contains("?like=", linked, StringComparison.Ordinal);
        string title = await page.EvaluateAsync<string>("document.title");
        Assert.StartsWith(second, title, StringComparison.Ordinal);

        await page.EvaluateAsync<bool>("history.back() ?? true");
        await page.WaitForAsync("document.querySelector('#found-heading').textContent === 'Like image 4.png'");
        await page.WaitForAsync("document.querySelector('#preview').naturalWidth === 96");
        await page.EvaluateAsync<bool>("history.back() ?? true");
        await page.WaitForAsync($"document.querySelector('#found-heading').textContent === 'Images in the folder' && {HasStarted}");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#views').hidden && document.querySelector('#preview').hidden"));
        await page.EvaluateAsync<bool>("history.go(2) ?? true");
        await page.WaitForAsync($"document.querySelector('#found-heading').textContent === 'Like {second}'");

        // An upload is not in the address, but stays in the entry.
        await SearchAsync(page, server.Image(6), "Like image 6.png");
        await page.EvaluateAsync<bool>("location.reload() ?? true");
        await page.WaitForAsync(
            "performance.getEntriesByType('navigation')[0]?.type === 'reload' && "
                + "document.querySelector('#found-heading')?.textContent === 'Like image 6.png'");

        BrowserPage other = await BrowserPage.OpenAsync(browser);
        await other.GoToAsync(new Uri(linked));
        await other.WaitForAsync($"document.querySelector('#found-heading').textContent === 'Like {second}'");
        await other.GoToAsync(new Uri(server.Address, "?like=unknown"));
        const string NotLinked = "The linked image is not in the index; take an image from a search.";
        await other.WaitForAsync($"document.querySelector('#error').textContent === '{NotLinked}'");
    }

    [Fact]
    public async Task Page_OnAPhone_MovesToTheResultsAndDoesNotSpeakOfDropping()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await BrowserPage.OpenAsync(browser);
        await page.SetSizeAsync(390, 844);
        await page.UseTouchAsync();
        await page.GoToAsync(server.Address);
        await page.WaitForAsync(HasStarted);
        Assert.DoesNotContain("drop", await page.EvaluateAsync<string>("document.body.innerText"), StringComparison.OrdinalIgnoreCase);
        await ImageSearchScreens.ShootAsync(page, "start-touch");
        await page.SetSizeAsync(390, 844);
        foreach (int number in new[] { 1, 3 })
        {
            await page.EvaluateAsync<bool>("(window.scrollTo(0, 0), true)");
            await SearchAsync(page, server.Image(number), $"Like image {number}.png");
            await page.WaitForAsync($"document.activeElement.id === 'found-heading' && {IsHeadingInView}");
        }

        await page.EvaluateAsync<bool>("(window.scrollTo(0, document.body.scrollHeight), true)");
        await page.ClickAsync("#results li:last-child .match");
        await page.WaitForAsync($"document.querySelector('#found-heading').textContent !== 'Like image 3.png' && {IsIdle}");
        await page.WaitForAsync($"document.activeElement.id === 'found-heading' && {IsHeadingInView}");
        Assert.DoesNotContain("drop", await page.EvaluateAsync<string>("document.body.innerText"), StringComparison.OrdinalIgnoreCase);
        await ImageSearchScreens.ShootAsync(page, "found-touch");
    }

    [Fact]
    public async Task Cards_OfAllKinds_HaveOneHeightAndNamesThatKeepTheirDirection()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("below"));
        string[] names =
            ["plain.png", "\u05d0\u05d1\u05d2 1.png", "a very long name that does not fit into a card.png", "below/deep.png", "turned \u202egnp.png"];
        foreach ((int seed, string name) in names.Index())
            await TestFiles.WriteImageAsync(folder.File(name), seed, width: seed == 0 ? 40 : 96);

        await File.WriteAllTextAsync(folder.File("\u05d0 broken.png"), "no image");
        (Process process, Uri address) = await ImageSearchServer.StartAsync("--folder", folder.Path);
        using (process)
        {
            try
            {
                await using IBrowser browser = await Chromium.StartAsync();
                BrowserPage page = await BrowserPage.OpenAsync(browser);
                await page.SetSizeAsync(1280, 860);
                await page.GoToAsync(address);
                await page.WaitForAsync($"document.querySelectorAll('#results li').length === {names.Length}");
                await ImageSearchScreens.ShootAsync(page, "cards");
                foreach (int width in new[] { 1280, 390 })
                {
                    await page.SetSizeAsync(width, 860);
                    Assert.Equal(1, await page.EvaluateAsync<int>(
                        "new Set([...document.querySelectorAll('.match')].map(card => card.offsetHeight)).size"));
                }

                const string Directions =
                    "[...document.querySelectorAll('#results .name, #skipped strong')]"
                        + ".map(name => getComputedStyle(name.firstElementChild).unicodeBidi)";
                Assert.All(await page.EvaluateAsync<string[]>(Directions), direction => Assert.Equal("isolate", direction));
                await page.ClickAsync("#results li:last-child .match");
                await page.WaitForAsync("document.querySelector('#found-heading').textContent.startsWith('Like ')");
                const string HeadingDirection = "getComputedStyle(document.querySelector('#found-heading bdi')).unicodeBidi";
                Assert.Equal("isolate", await page.EvaluateAsync<string>(HeadingDirection));
            }
            finally
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
    }

    [Fact]
    public async Task UnreadableFiles_Listed_CloseWithEscapeAndAreNamedOnce()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await OpenAsync(browser);
        await page.ClickAsync("#skipped summary");
        await page.WaitForAsync("document.querySelector('#skipped').open");
        string entry = await page.TextAsync("#skipped li");
        Assert.Equal(2, entry.Split("broken.jpg").Length);
        Assert.StartsWith("broken.jpg cannot be decoded: ", entry, StringComparison.Ordinal);
        await ImageSearchScreens.ShootAsync(page, "list");
        await page.PressAsync("Escape");
        await page.WaitForAsync("!document.querySelector('#skipped').open");
        Assert.Equal("SUMMARY", await page.EvaluateAsync<string>("document.activeElement.tagName"));
        await page.ClickAsync("#skipped summary");
        await page.ClickAsync("main");
        Assert.False(await page.EvaluateAsync<bool>("document.querySelector('#skipped').open"));
    }

    [Fact]
    public async Task Page_WhoseServerGoes_SaysSoAndRecoversByItself()
    {
        using var folder = new TemporaryFolder();
        await TestFiles.WriteImageAsync(folder.File("one.png"), seed: 1);
        await TestFiles.WriteImageAsync(folder.File("two.png"), seed: 90);
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await BrowserPage.OpenAsync(browser);
        (Process process, Uri address) = await ImageSearchServer.StartAsync("--folder", folder.Path);
        try
        {
            await page.GoToAsync(address);
            await page.WaitForAsync("document.querySelectorAll('#results li').length === 2");
            await EndAsync(process);
            await page.WaitForAsync("!document.querySelector('#lost').hidden");
            await page.ChooseAsync("#file", server.Image(0));
            const string NotAnswered = "image 0.png was not searched: the app does not answer.";
            await page.WaitForAsync($"document.querySelector('#error').textContent === '{NotAnswered}'");
            await ImageSearchScreens.ShootAsync(page, "lost");
            (process, _) = await ImageSearchServer.StartAsync("--folder", folder.Path, "--port", $"{address.Port}");

            // The search that was not answered is made up for.
            await page.WaitForAsync(
                "document.querySelector('#lost').hidden && document.querySelector('#found-heading').textContent === 'Like image 0.png'");
            Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#error').hidden"));
        }
        finally
        {
            await EndAsync(process);
        }
    }

    private async Task<BrowserPage> OpenAsync(IBrowser browser)
    {
        BrowserPage page = await BrowserPage.OpenAsync(browser);
        await page.SetSizeAsync(1280, 860);
        await page.GoToAsync(server.Address);
        await page.WaitForAsync(HasStarted);
        return page;
    }

    private static async Task SearchAsync(BrowserPage page, string file, string heading)
    {
        await page.ChooseAsync("#file", file);
        await page.WaitForAsync($"document.querySelector('#found-heading').textContent === '{heading}' && {IsIdle}");
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }
}
