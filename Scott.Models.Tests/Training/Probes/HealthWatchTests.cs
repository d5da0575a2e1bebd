using Scott.Models.Metrics;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class HealthWatchTests
{
    private static readonly FeatureHealth Healthy = new(0.8, 25, 50, 0.3);
    private static readonly GradientNorms First = new(1, 2, 2, 0.1);

    [Fact]
    public void Warnings_HealthyRun_AreNone() => Assert.Empty(HealthWatch.Warnings(Healthy, First, First, 1));

    [Theory]
    [InlineData(0.01, 25, 0.3)]
    [InlineData(0.8, 1.2, 0.3)]
    [InlineData(0.8, 25, 0.999)]
    public void Warnings_Collapse_SaysSo(double deviation, double rank, double cosine)
    {
        string warning = Assert.Single(HealthWatch.Warnings(new FeatureHealth(deviation, rank, 50, cosine), First, First, 1));
        Assert.StartsWith("The features have collapsed or nearly so", warning, StringComparison.Ordinal);
        Assert.EndsWith("or hide more patches.", warning, StringComparison.Ordinal);
        string early = Assert.Single(HealthWatch.Warnings(new FeatureHealth(deviation, rank, 50, cosine), First, First, 0.1));
        Assert.Contains("Early in a run this is common", early, StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_MaskTokenWithoutGradient_SaysSo() => Assert.StartsWith(
        "The mask token is dead: its gradient is 0",
        Assert.Single(HealthWatch.Warnings(Healthy, First with { MaskToken = 0 }, First, 1)),
        StringComparison.Ordinal);

    [Fact]
    public void Warnings_ExplodingGradients_SaysSo() =>
        Assert.StartsWith(
            "The gradients are 400 times as long",
            Assert.Single(HealthWatch.Warnings(Healthy, new GradientNorms(400, 800, 800, 30), First, 1)),
            StringComparison.Ordinal);

    [Fact]
    public void Total_Parts_IsTheirCommonLength() => Assert.Equal(3, First.Total, 12);
}
