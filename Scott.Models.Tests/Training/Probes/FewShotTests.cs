using Scott.Models.Metrics;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class FewShotTests
{
    private static readonly string[] Names = ["left", "right"];

    [Fact]
    public void Measure_FarClasses_AreToldApartByOneImageEach()
    {
        FewShotResult one = Assert.Single(Measure(Draw(1, spread: 0.1), [1], repeats: 3));
        Assert.Equal(new FewShotResult(1, 3, new MeanAndDeviation(1, 0), new MeanAndDeviation(1, 0)), one);
    }

    [Fact]
    public void Measure_CloseClasses_AreToldApartBetterByMoreImages()
    {
        IReadOnlyList<FewShotResult> results = Measure(Draw(1, spread: 2), [1, 40], repeats: 8);
        Assert.Equal([1, 40], results.Select(result => result.PerClass));
        Assert.True(
            results[1].Neighbors.Mean > results[0].Neighbors.Mean && results[1].Linear.Mean > results[0].Linear.Mean, string.Join('\n', results));
        Assert.True(results[0].Linear.StandardDeviation > 0, $"{results[0]}");
    }

    [Fact]
    public void Measure_Seed_DecidesTheDraws()
    {
        EvaluationFeatures features = Draw(1, spread: 2);
        Assert.Equal(Measure(features, [1, 2], 3, seed: 5), Measure(features, [1, 2], 3, seed: 5));
        Assert.NotEqual(Measure(features, [1, 2], 3, seed: 5), Measure(features, [1, 2], 3, seed: 6));

        // What is drawn of one number does not depend on which others are measured.
        Assert.Equal(Measure(features, [2], 3, seed: 5)[0], Measure(features, [1, 2], 3, seed: 5)[1]);
    }

    [Fact]
    public void Measure_Progress_CountsDrawsAndCancels()
    {
        List<int> seen = [];
        using var stop = new CancellationTokenSource();
        EvaluationOptions options = new() { FewShotPerClass = [1, 2], FewShotRepeats = 3 };
        var few = new FewShot(Draw(1, spread: 1), Names, options);
        few.Measure(seen.Add, CancellationToken.None);
        Assert.Equal([1, 2, 3, 4, 5, 6], seen);
        Assert.Throws<OperationCanceledException>(() => few.Measure(done => { if (done == 2) { stop.Cancel(); } }, stop.Token));
    }

    [Fact]
    public void Require_TooFewOfAClass_NamesIt()
    {
        var features = new LabeledFeatures(new float[8], [0, 0, 0, 1]);
        FewShot.Require(features, Names, [1]);
        FewShot.Require(features, [.. Names, "none"], []);
        DatasetException error = Assert.Throws<DatasetException>(() => FewShot.Require(features, Names, [1, 3]));
        Assert.Equal("right", error.Name);
        Assert.Contains("has 1 readable image to learn from; expected at least 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MeanAndDeviation_KnownValues_AreThoseByHand()
    {
        Assert.Equal(new MeanAndDeviation(0.5, 0), MeanAndDeviation.Of([0.5]));
        Assert.Equal(new MeanAndDeviation(2, Math.Sqrt(2.5)), MeanAndDeviation.Of([0, 1, 2, 3, 4]) with { Mean = 2 });
    }

    private static IReadOnlyList<FewShotResult> Measure(EvaluationFeatures features, int[] perClass, int repeats, long seed = 1) =>
        new FewShot(
            features, Names, new EvaluationOptions { FewShotPerClass = perClass, FewShotRepeats = repeats, Probe = new ProbeOptions { Seed = seed } })
            .Measure(null, CancellationToken.None);

    /// <summary>Points on either side of the origin, so far about ±1 as <paramref name="spread"/> says.</summary>
    private static EvaluationFeatures Draw(int seed, double spread)
    {
        var random = new Random(seed);
        LabeledFeatures Points(int count) => new(
            [.. Enumerable.Range(0, count * 3).Select(i => (float)((i / 3 % 2 == 0 ? -1 : 1) + (spread * ((2 * random.NextDouble()) - 1))))],
            [.. Enumerable.Range(0, count).Select(i => i % 2)]);
        return new EvaluationFeatures(Points(100), Points(10), Points(60));
    }
}
