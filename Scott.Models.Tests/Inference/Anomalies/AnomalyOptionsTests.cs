using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference.Anomalies;

public sealed class AnomalyOptionsTests
{
    /// <summary>The file holds the vectors as one tensor, and learning takes hours before it is saved.</summary>
    [Fact]
    public void RequireSavable_BankOfMoreThanTwoGigabytes_IsRefused()
    {
        HashSet<int> blocks = [3, 6];
        ScottArchitecture wide = ScottArchitectures.Get("scott-12-16-224");
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(
            () => new AnomalyOptions { ImagePixels = 224, Blocks = blocks, BankPatches = 700_000 }.RequireSavable(wide));
        Assert.Equal("BankPatches is 700000; expected at most 699050, whose vectors of 768 numbers take 2 GB.", Assert.Single(error.Faults));
        new AnomalyOptions { ImagePixels = 224, Blocks = blocks, BankPatches = 699_050 }.RequireSavable(wide);
    }

    [Fact]
    public void Defaults_OfTheOptions_AreLegalAndThoseOfTheDocumentation()
    {
        var options = new AnomalyOptions();
        options.Validate(ScottModel.Create("scott-mini-112", seed: 1).Architecture);
        Assert.Equal(224, options.ImagePixels);
        Assert.Null(options.Blocks);
        Assert.Equal(1, options.Neighborhood);
        Assert.Equal(PatchScaling.UnitLength, options.Scaling);
        Assert.Equal(2048, options.BankPatches);
        Assert.Equal(1, options.Neighbors);
        Assert.Equal(0.01, options.FalseAlarmRate);
        Assert.False(options.RequiresFalseAlarmRate);
        Assert.Equal(47, options.Seed);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 0, 1)]
    [InlineData(6, 1, 2)]
    [InlineData(12, 2, 4)]
    public void Blocks_ByDefault_AreASixthAndAThirdOfTheWayUp(int depth, params int[] expected) =>
        Assert.Equal(expected, new AnomalyOptions().BlocksOf(Architectures.Tiny with { Depth = depth }));

    [Fact]
    public void Validate_EverythingWrong_ListsAllAtOnce()
    {
        var options = new AnomalyOptions
        {
            ImagePixels = 100,
            Blocks = new HashSet<int> { 2 },
            Neighborhood = 4,
            Scaling = (PatchScaling)9,
            BankPatches = 0,
            Neighbors = 0,
            FalseAlarmRate = 1,
        };
        var error = Assert.Throws<ScottConfigurationException>(() => options.Validate(Architectures.Tiny));
        Assert.Equal(
            [
                "ImagePixels is 100; expected a multiple of the model's patch side, 16.",
                "A block is 2; expected 0 to 1.",
                "Neighborhood is 4; expected an odd number.",
                "Scaling is 9; expected None, UnitLength or Standardized.",
                "BankPatches is 0; expected 1 to 1000000.",
                "Neighbors is 0; expected 1 to 1000.",
                "FalseAlarmRate is 1; expected more than 0 and less than 1.",
            ],
            error.Faults);
        Assert.Throws<ScottConfigurationException>(() => new AnomalyOptions { FalseAlarmRate = double.NaN }.Validate(Architectures.Tiny));
        Assert.Throws<ScottConfigurationException>(() => new AnomalyOptions { Blocks = new HashSet<int>() }.Validate(Architectures.Tiny));
        Assert.Throws<ScottConfigurationException>(
            () => new AnomalyOptions { Extraction = new FeatureExtractionOptions { BatchSize = 0 } }.Validate(Architectures.Tiny));
    }
}
