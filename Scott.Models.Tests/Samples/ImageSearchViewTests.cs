using PuppeteerSharp;
using Scott.Models.Tests.Browser;

namespace Scott.Models.Tests.Samples;

/// <summary>The views of the sample's page beside the search, used as a person would: duplicates, anomalies and classes.</summary>
public sealed class ImageSearchViewTests(ImageSearchParts parts) : IClassFixture<ImageSearchParts>
{
    private const string AreImagesLoaded = "[...document.querySelectorAll('.view:not([hidden]) img[src]')].every(image => image.naturalWidth > 0)";
    private const string IsNarrowEnough = "document.documentElement.scrollWidth <= 390";

    [Fact]
    public async Task Duplicates_AreShownInGroupsThatTheThresholdDecidesAndLeadToASearch()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await OpenAsync(browser);
        await page.ClickAsync("[data-view=duplicates]");
        await page.WaitForAsync("document.querySelectorAll('#groups .group').length > 1");
        Assert.StartsWith("Near duplicates: ", await page.TextAsync("#groups-heading"), StringComparison.Ordinal);
        Assert.Equal("0.980", await page.TextAsync("#threshold-value"));
        const string Copies = "[...document.querySelectorAll('.group')].find(group => group.textContent.includes('copy.png'))";
        Assert.Equal(2, await page.EvaluateAsync<int>($"{Copies}.querySelectorAll('.match').length"));
        Assert.Equal(["Representative"], await page.EvaluateAsync<string[]>($"[...{Copies}.querySelectorAll('.tag')].map(tag => tag.textContent)"));
        await page.EvaluateAsync<bool>("document.querySelectorAll('#groups img').forEach(image => { image.loading = 'eager' }) ?? true");
        await page.WaitForAsync(AreImagesLoaded);
        await ImageSearchScreens.ShootAsync(page, "duplicates");
        await AssertFitsPhoneAsync(page);

        // By keyboard to the highest threshold, which no pair reaches.
        await page.EvaluateAsync<bool>("document.querySelector('#threshold').focus() ?? true");
        await page.PressAsync("End");
        await page.WaitForAsync("document.querySelector('#groups-heading').textContent === 'No near duplicates'");
        Assert.Contains("A lower similarity finds more", await page.TextAsync("#groups-note"), StringComparison.Ordinal);
        await ImageSearchScreens.ShootAsync(page, "duplicates-none");
        await page.PressAsync("Home");
        await page.WaitForAsync("document.querySelectorAll('#groups .group').length > 0");

        string name = await page.EvaluateAsync<string>("document.querySelector('#groups .match img').alt");
        await page.ClickAsync("#groups .match");
        await page.WaitForAsync($"document.querySelector('#found-heading').textContent === 'Like {name}'");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#view-duplicates').hidden"));
        await page.EvaluateAsync<bool>("history.back() ?? true");
        await page.WaitForAsync("!document.querySelector('#view-duplicates').hidden && document.title.startsWith('Duplicates')");
        AssertClean(page);
    }

    [Fact]
    public async Task Anomalies_LearnedFromAFolder_AreShownWithTheirMapAndVerdict()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await OpenAsync(browser);
        await page.GoToAsync(new Uri(parts.App.Address, "?view=anomalies"));
        await page.WaitForAsync("document.querySelectorAll('#normal-folder option').length === 2");
        await page.WaitForAsync("!document.querySelector('#start-learning').disabled");
        Assert.Equal("Nothing is learned yet.", await page.TextAsync("#learned"));
        await page.DropAsync(200, 250, parts.BadPart);
        await page.WaitForAsync("document.querySelector('#anomaly-error').textContent.startsWith('Learn first what is normal')");
        await ImageSearchScreens.ShootAsync(page, "anomalies-start");
        await CancelLearningAsync(page);

        await page.EvaluateAsync<string>("document.querySelector('#normal-folder').value = 'parts'");
        await page.EvaluateAsync<bool>("document.querySelector('#start-learning').focus() ?? true");
        await page.PressAsync("Enter");
        await page.WaitForAsync("document.querySelector('#learned').textContent.startsWith('Learned 8 images of parts. Threshold ')");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#anomaly-error').hidden && document.querySelector('#learning').hidden"));

        await page.DropAsync(200, 250, parts.BadPart);
        await page.WaitForAsync("document.querySelector('#verdict-heading').textContent === 'bad part.png is unusual'");
        Assert.Matches(@"^Score \d\.\d+, above the threshold of \d\.\d+\.$", await page.TextAsync("#verdict-note"));
        await page.WaitForAsync(AreImagesLoaded);
        await ImageSearchScreens.ShootAsync(page, "anomalies");
        await AssertFitsPhoneAsync(page);

        await page.ChooseAsync("#check-file", parts.Part(3));
        await page.WaitForAsync("document.querySelector('#verdict-heading').textContent === 'part 3.png looks normal'");
        string text = parts.NewFile("text.png");
        await File.WriteAllTextAsync(text, "no image");
        await page.ChooseAsync("#check-file", text);
        const string NoImage = "text.png is not an image of a known format; expected JPEG, PNG, WebP, BMP, GIF or TIFF.";
        await page.WaitForAsync($"document.querySelector('#anomaly-error').textContent === '{NoImage}'");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#verdict').hidden"));
        AssertClean(page, allowsRefusals: true);
    }

    [Fact]
    public async Task Class_AddedByDroppingThreeImages_IsToldOfTheNextImages()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        BrowserPage page = await OpenAsync(browser);
        await page.ChooseAsync("#file", parts.GoodPart);
        await page.WaitForAsync("document.querySelector('#found-heading').textContent === 'Like good part.png'");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#label').hidden"));
        await page.ClickAsync("[data-view=classes]");
        await page.WaitForAsync("document.querySelector('#classes-note').textContent.startsWith('There are no classes.')");
        await ImageSearchScreens.ShootAsync(page, "classes-none");
        await page.DropAsync(200, 250, parts.Part(0), parts.Part(1), parts.Part(2));
        await page.WaitForAsync("document.querySelector('#class-error').textContent.startsWith('Name the class first')");

        await page.TypeAsync("part"); // the field has the focus now
        await page.DropAsync(200, 250, parts.Part(0), parts.Part(1), parts.Part(2));
        await page.WaitForAsync(Lists("part3 images"));
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#class-error').hidden"));
        await page.EvaluateAsync<bool>("document.querySelector('#class-name').focus() ?? true");
        await page.TypeAsync("pattern");
        string text = parts.NewFile("note.png");
        await File.WriteAllTextAsync(text, "no image");
        await page.DropAsync(200, 250, parts.Other(1), text, parts.Other(2));
        await page.WaitForAsync(Lists("part3 images", "pattern2 images"));
        await page.WaitForAsync("document.querySelector('#class-error').textContent.endsWith('TIFF. 2 images of 3 were added.')");
        await ImageSearchScreens.ShootAsync(page, "classes");
        await AssertFitsPhoneAsync(page);

        // Back where the search was: the same image now has a class.
        await page.ClickAsync("[data-view=search]");
        await page.WaitForAsync("!document.querySelector('#label').hidden && document.querySelector('#label h3').textContent === 'Class: part'");
        Assert.Equal("Like good part.png", await page.TextAsync("#found-heading"));
        Assert.StartsWith("part ", await page.TextAsync("#results .class-name"), StringComparison.Ordinal);
        await page.WaitForAsync(AreImagesLoaded);
        await ImageSearchScreens.ShootAsync(page, "class-found");
        await AssertFitsPhoneAsync(page);
        await RenameAndRemoveAsync(page);
        AssertClean(page, allowsRefusals: true);
    }

    private static async Task CancelLearningAsync(BrowserPage page)
    {
        await page.ClickAsync("#start-learning");
        await page.WaitForAsync("!document.querySelector('#learning').hidden");
        await page.ClickAsync("#stop-learning");
        await page.WaitForAsync("document.querySelector('#learned').textContent === 'Nothing is learned yet.'");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#learning').hidden"));
    }

    private static async Task RenameAndRemoveAsync(BrowserPage page)
    {
        await page.ClickAsync("[data-view=classes]");
        await page.ClickAsync("#classes li:first-child button");
        await page.TypeAsync("plate");
        await ImageSearchScreens.ShootAsync(page, "classes-rename");
        await page.PressAsync("Enter");
        await page.WaitForAsync(Lists("pattern2 images", "plate3 images"));
        await page.ClickAsync("#classes li:first-child button");
        await page.TypeAsync("plate");
        await page.PressAsync("Enter");
        await page.WaitForAsync("document.querySelector('#class-error').textContent.includes('choose another name')");
        await page.PressAsync("Escape");
        await page.WaitForAsync(Lists("pattern2 images", "plate3 images"));

        foreach (string left in new[] { "plate3 images", string.Empty })
        {
            await page.ClickAsync("#classes li:first-child button:last-child");
            await page.WaitForAsync("document.activeElement.textContent === 'Keep'");
            await ImageSearchScreens.ShootAsync(page, "classes-remove");
            await page.ClickAsync("#classes .danger");
            await page.WaitForAsync(left.Length > 0 ? Lists(left) : Lists());
        }
    }

    private static string Lists(params string[] names) =>
        "[...document.querySelectorAll('#classes .name')].map(name => name.textContent).join('|') === '" + string.Join('|', names) + "'";

    private static async Task AssertFitsPhoneAsync(BrowserPage page)
    {
        await page.SetSizeAsync(390, 844);
        Assert.True(await page.EvaluateAsync<bool>(IsNarrowEnough), "The page is wider than the screen.");
        await page.SetSizeAsync(1280, 860);
    }

    /// <summary>No errors, and no request to another address. The browser notes each refusal as an error.</summary>
    private void AssertClean(BrowserPage page, bool allowsRefusals = false)
    {
        Assert.All(page.Requests, request => Assert.Matches($"^(blob:)?{parts.App.Address}|^data:image/", request));
        Assert.DoesNotContain(page.Errors, error => !allowsRefusals || !error.Contains("Failed to load resource", StringComparison.Ordinal));
    }

    private async Task<BrowserPage> OpenAsync(IBrowser browser)
    {
        BrowserPage page = await BrowserPage.OpenAsync(browser);
        await page.SetSizeAsync(1280, 860);
        await page.GoToAsync(parts.App.Address);
        await page.WaitForAsync("document.querySelectorAll('#results li').length > 0");
        return page;
    }
}
