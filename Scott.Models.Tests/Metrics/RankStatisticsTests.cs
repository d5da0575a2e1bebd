using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class RankStatisticsTests
{
    [Theory]
    [InlineData(1, new float[] { 1, 2, 3, 4 }, new[] { false, false, true, true })]
    [InlineData(0, new float[] { 4, 3, 2, 1 }, new[] { false, false, true, true })]
    [InlineData(0.75, new float[] { 1, 3, 2, 4 }, new[] { false, false, true, true })]
    [InlineData(0.5, new float[] { 7, 7, 7, 7 }, new[] { false, true, false, true })]
    [InlineData(0.875, new float[] { 1, 2, 2, 3 }, new[] { false, false, true, true })]
    [InlineData(1, new[] { 0, float.PositiveInfinity }, new[] { false, true })]
    public void AreaUnderRoc_OfSmallSets_IsCountedByHand(double expected, float[] scores, bool[] isPositive) =>
        Assert.Equal(expected, RankStatistics.AreaUnderRoc(scores, isPositive), 12);

    [Fact]
    public void AreaUnderRoc_OfRandomScores_IsTheShareOfWonPairsAndIgnoresTheirScale()
    {
        var random = new Random(5);
        float[] scores = [.. Enumerable.Range(0, 200).Select(_ => (float)random.Next(40))];
        bool[] isPositive = [.. scores.Select(score => random.Next(60) < score)];
        double won = 0, pairs = 0;
        for (int i = 0; i < 200; i++)
        {
            for (int j = 0; j < 200; j++)
            {
                if (isPositive[i] && !isPositive[j])
                    (won, pairs) = (won + (scores[i] > scores[j] ? 1 : scores[i] < scores[j] ? 0 : 0.5), pairs + 1);
            }
        }

        double area = RankStatistics.AreaUnderRoc(scores, isPositive);
        Assert.Equal(won / pairs, area, 12);
        Assert.Equal(area, RankStatistics.AreaUnderRoc([.. scores.Select(score => MathF.Exp(score / 10))], isPositive), 12);
        Assert.Equal(1 - area, RankStatistics.AreaUnderRoc([.. scores.Select(score => -score)], isPositive), 12);
    }

    [Fact]
    public void AreaUnderRoc_WithoutBothSidesOrWithNaN_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => RankStatistics.AreaUnderRoc([1, 2], [true, true]));
        Assert.Throws<ArgumentException>(() => RankStatistics.AreaUnderRoc([], []));
        Assert.Throws<ArgumentException>(() => RankStatistics.AreaUnderRoc([1, float.NaN], [true, false]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RankStatistics.AreaUnderRoc([1, 2], [true]));
    }
}
