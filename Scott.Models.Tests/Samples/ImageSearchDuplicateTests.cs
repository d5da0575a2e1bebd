using System.Net;
using System.Text.Json;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample's groups of near duplicates.</summary>
public sealed class ImageSearchDuplicateTests(ImageSearchParts parts) : IClassFixture<ImageSearchParts>
{
    [Fact]
    public async Task Duplicates_WithoutAThreshold_AreThoseOfTheModels()
    {
        JsonElement answer = await parts.App.GetAsync("/api/duplicates");
        Assert.Equal(0.98, answer.GetProperty("threshold").GetDouble());
        Assert.True(answer.GetProperty("isMeasured").GetBoolean());
        Assert.True(answer.GetProperty("isComplete").GetBoolean());
        Assert.Equal(ImageSearchParts.Images, answer.GetProperty("compared").GetInt32());
        JsonElement[] groups = [.. answer.GetProperty("groups").EnumerateArray()];
        Assert.Equal(answer.GetProperty("groupCount").GetInt32(), groups.Length);
        Assert.Equal(answer.GetProperty("imageCount").GetInt32(), groups.Sum(group => group.GetProperty("count").GetInt32()));

        Assert.Equal(["copy.png", "other 1.png"], Names(groups.Single(group => Names(group).Contains("copy.png"))));
    }

    [Fact]
    public async Task Duplicates_OfAGroup_HaveTheirSimilarityToTheRepresentativeAndIdsToSearchBy()
    {
        JsonElement group = (await parts.App.GetAsync("/api/duplicates?threshold=0.95")).GetProperty("groups")[0];
        JsonElement representative = group.GetProperty("representative");
        Assert.Equal(JsonValueKind.Null, representative.GetProperty("similarity").ValueKind);
        double[] similarities = [.. group.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("similarity").GetDouble())];
        Assert.Equal(similarities.OrderDescending(), similarities);
        Assert.Equal(similarities.Average(), group.GetProperty("meanSimilarity").GetDouble(), 1e-4);
        await parts.App.GetAsync($"/api/images/{representative.GetProperty("id").GetString()}/similar");
    }

    [Fact]
    public async Task Duplicates_AtTheHighestThreshold_AreFewer()
    {
        JsonElement answer = await parts.App.GetAsync("/api/duplicates?threshold=1");
        Assert.Equal(1, answer.GetProperty("threshold").GetDouble());
        Assert.Equal(0, answer.GetProperty("groupCount").GetInt32());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.01")]
    [InlineData("NaN")]
    [InlineData("much")]
    [InlineData("")]
    public async Task Duplicates_WithAThresholdThatIsNone_AreRefused(string threshold) => await parts.App.AssertRefusedAsync(
        HttpStatusCode.BadRequest, "more than 0, at most 1", HttpMethod.Get, $"/api/duplicates?threshold={threshold}");

    [Fact]
    public async Task Duplicates_OfAnEmptyFolder_AreNone()
    {
        using var folder = new TemporaryFolder();
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path);
        JsonElement answer = await app.GetAsync("/api/duplicates");
        Assert.Equal(0, answer.GetProperty("compared").GetInt32());
        Assert.Empty(answer.GetProperty("groups").EnumerateArray());
    }

    private static IEnumerable<string> Names(JsonElement group) => group.GetProperty("members").EnumerateArray()
        .Append(group.GetProperty("representative"))
        .Select(image => image.GetProperty("name").GetString()!)
        .Order(StringComparer.Ordinal);
}
