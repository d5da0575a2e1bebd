using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>search</c> as a user runs it.</summary>
public sealed class SearchTests(CliFixture files) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task Search_ForAnImageOfTheFolder_FindsTheImageItself()
    {
        ChildResult result = await Tool.RunAsync("search", files.GoodImages[2], files.Good, "--model", files.Model, "--top", "2");
        AssertExit(0, result);
        IEnumerable<string> lines = result.Output.Split('\n').Where(line => line.StartsWith('│'));
        string[] rows = [.. lines.Where(line => line.Contains(".png", StringComparison.OrdinalIgnoreCase))];
        Assert.Equal(2, rows.Length);
        Assert.Matches(@"1\.0000 .*c\.png", rows[0]);
    }

    [Fact]
    public async Task Search_WithJson_ListsTheMatchesBestFirstAndCountsSkippedImages()
    {
        ChildResult result = await Tool.RunAsync(
            "search", files.GoodImages[0], files.Good, files.Mixed, "--model", files.Model, "--top", "10", "--json");
        AssertExit(3, result);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement[] matches = [.. document.RootElement.GetProperty("matches").EnumerateArray()];
        Assert.Equal(4, matches.Length);
        Assert.Equal(files.GoodImages[0], matches[0].GetProperty("path").GetString());
        double[] cosines = [.. matches.Select(match => match.GetProperty("cosine").GetDouble())];
        Assert.Equal(cosines.OrderDescending(), cosines);
        Assert.Contains("broken.jpg", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-image.jpg", "--top", "2")]
    [InlineData("", "--top", "0")]
    [InlineData("", "--engine", "torch", "--precision", "int8")]
    public async Task Search_WithImpossibleOptions_IsAUsageErrorOfOneLine(string query, params string[] options)
    {
        ChildResult result = await Tool.RunAsync(["search", query.Length > 0 ? query : files.GoodImages[0], files.Good, .. options]);
        AssertExit(2, result);
        Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_AmongBrokenImagesOnly_Fails()
    {
        ChildResult result = await Tool.RunAsync("search", files.GoodImages[0], Path.Combine(files.Mixed, "broken.jpg"), "--model", files.Model);
        AssertExit(1, result);
        Assert.Contains("No image could be read.", result.Error, StringComparison.Ordinal);
    }
}
