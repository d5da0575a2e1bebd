using System.Globalization;
using System.Text.RegularExpressions;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed partial class HiddenRatioTests
{
    /// <summary>4 × 4 patches.</summary>
    private static readonly ScottArchitecture Grid4 = Architectures.Tiny;

    [Theory]
    [InlineData(0.001, 0)]
    [InlineData(0.0624, 0)]
    [InlineData(1 - 1e-13, 16)]
    public async Task Run_RatioThatHidesOrShowsNothing_IsRefusedBeforeAnythingIsWritten(double ratio, int hidden)
    {
        using var folder = new TemporaryFolder();
        PretrainingBuilder builder = PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { HiddenRatio = ratio })
            .WithRunOptions(PretrainingRuns.Run with { CheckpointFolder = folder.File("run") });
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(() => builder.RunAsync());
        Assert.Equal(
            FormattableString.Invariant(
                $"HiddenRatio is {ratio}, which hides {hidden} of the 16 patches that the model cuts an image into (4×4); ")
                + "expected 0.0625 to 0.9375, which hide 1 and 15.",
            Assert.Single(error.Faults));
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Theory]
    [InlineData(0.0625)]
    [InlineData(0.9375)]
    [InlineData(0.99)]
    public async Task Run_RatioThatHidesOneOrShowsOne_Learns(double ratio)
    {
        PretrainingResult result = await PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { HiddenRatio = ratio, Epochs = 1 })
            .WithRunOptions(PretrainingRuns.Run)
            .RunAsync();
        Assert.True(result.History[^1].Loss > 0);
    }

    [Fact]
    public void RequireFit_OnePatch_SaysThatNoRatioWorks()
    {
        ScottArchitecture one = Grid4 with { ImagePixels = 16 };
        Assert.Equal(1, one.Patches);
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(() => new PretrainingOptions().RequireFit(one));
        Assert.EndsWith(
            "hides 0 of the 1 patch that the model cuts an image into (1×1); "
                + "expected an image size of at least two patches, so that one can be hidden and one stay visible.",
            Assert.Single(error.Faults),
            StringComparison.Ordinal);
    }

    [Fact]
    public void RequireFit_EveryGrid_AcceptsTheRatiosThatItsMessageNames()
    {
        for (int side = 2; side <= 40; side++)
        {
            ScottArchitecture architecture = Grid4 with { ImagePixels = side * Grid4.PatchPixels };
            int patches = side * side;
            string fault = Assert.Single(Assert.Throws<ScottConfigurationException>(() => Require(1e-9, architecture)).Faults);
            Match named = Named().Match(fault);
            double[] ratios = [.. named.Groups.Values.Skip(1).Select(group => double.Parse(group.Value, CultureInfo.InvariantCulture))];
            Assert.Equal([1, patches - 1], ratios.Select(ratio => KeepMaskSampler.HiddenPatches(patches, ratio)));
            Assert.All([.. ratios, 1.0 / patches, (patches - 1.0) / patches], ratio => Require(ratio, architecture));
            Assert.Throws<ScottConfigurationException>(() => Require((1.0 / patches) - 1e-6, architecture));
        }
    }

    private static void Require(double ratio, ScottArchitecture architecture) =>
        new PretrainingOptions { HiddenRatio = ratio }.RequireFit(architecture);

    [GeneratedRegex("expected ([0-9.]+) to ([0-9.]+), which hide")]
    private static partial Regex Named();
}
