using Scott.Models.Tests.Browser;

namespace Scott.Models.Tests.Samples;

/// <summary>Screenshots of the sample's page for whoever wants to look at it.</summary>
internal static class ImageSearchScreens
{
    /// <summary>A folder where the screenshots stay; without it none are taken.</summary>
    public const string Variable = "SCOTT_SCREENSHOTS";

    /// <summary>The page as it is, in both widths and both color schemes.</summary>
    public static async Task ShootAsync(BrowserPage page, string name)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
            return;

        Directory.CreateDirectory(folder);
        foreach (string scheme in new[] { "dark", "light" })
        {
            await page.SetSchemeAsync(scheme);
            foreach ((int width, int height) in new[] { (390, 844), (1280, 860) })
            {
                await page.SetSizeAsync(width, height);
                await Task.Delay(150);
                await page.ScreenshotAsync(Path.Combine(folder, $"{name}-{width}-{scheme}.png"));
            }
        }
    }
}
