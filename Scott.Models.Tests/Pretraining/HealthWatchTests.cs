using Scott.Models.Evaluation;
using Scott.Models.Pretraining;

namespace Scott.Models.Tests.Pretraining;

public sealed class HealthWatchTests
{
    private static readonly FeatureHealth Healthy = new(0.8, 25, 0.3);
    private static readonly GradientNorms First = new(1, 2, 2);

    [Fact]
    public void Warnings_HealthyRun_AreNone() => Assert.Empty(HealthWatch.Warnings(Healthy, First, First));

    [Theory]
    [InlineData(0.01, 25, 0.3)]
    [InlineData(0.8, 1.2, 0.3)]
    [InlineData(0.8, 25, 0.999)]
    public void Warnings_Collapse_SaysSo(double deviation, double rank, double cosine)
    {
        string warning = Assert.Single(HealthWatch.Warnings(new FeatureHealth(deviation, rank, cosine), First, First));
        Assert.StartsWith("The features have collapsed or nearly so", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_ExplodingGradients_SaysSo() =>
        Assert.StartsWith(
            "The gradients are 400 times as long", Assert.Single(HealthWatch.Warnings(Healthy, new GradientNorms(400, 800, 800), First)), StringComparison.Ordinal);

    [Fact]
    public void Total_Parts_IsTheirCommonLength() => Assert.Equal(3, First.Total, 12);
}
