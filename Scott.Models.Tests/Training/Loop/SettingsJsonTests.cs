using System.Text.Json;
using System.Text.Json.Nodes;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class SettingsJsonTests
{
    [Fact]
    public void Differences_SettingThatEarlierVersionsLacked_CountsIfItIsNotWhatItWasThen()
    {
        string earlier = Write(new AugmentationSpec(), isEarlier: true), now = Write(new AugmentationSpec());
        string turned = Write(new AugmentationSpec { QuarterTurnProbability = 0.75, VerticalFlipProbability = 0.5 });
        Assert.Empty(SettingsJson.Differences(earlier, now));
        foreach (string before in new[] { earlier, now })
        {
            Assert.Equal(
                ["augmentation.quarterTurnProbability was 0, is 0.75", "augmentation.verticalFlipProbability was 0, is 0.5"],
                SettingsJson.Differences(before, turned));
        }

        Assert.Equal(2, SettingsJson.Differences(turned, now).Count);
        Assert.Empty(SettingsJson.Differences(Write(null), Write(null)));
    }

    /// <summary>The settings of a run; an earlier version wrote no vertical flips and no turns.</summary>
    private static string Write(AugmentationSpec? augmentation, bool isEarlier = false)
    {
        JsonNode? settings = augmentation is null
            ? null
            : JsonSerializer.SerializeToNode(augmentation, TrainingJsonContext.Default.AugmentationSpec);
        foreach (string added in isEarlier ? ["verticalFlipProbability", "quarterTurnProbability"] : Array.Empty<string>())
            Assert.True(settings!.AsObject().Remove(added));

        return new JsonObject { ["augmentation"] = settings }.ToJsonString();
    }
}
