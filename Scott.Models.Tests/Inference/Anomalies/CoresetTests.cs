using Scott.Models.Foundation;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference.Anomalies;

public sealed class CoresetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Select_AnyRows_StaysWithinTwiceTheBestRadius()
    {
        // The law of greedy k-center (Gonzalez, 1985): the farthest row is at most twice as far as with the best choice of k rows.
        var random = new DeterministicRandom(3, "rows");
        float[] rows = [.. Enumerable.Range(0, 12 * 2).Select(_ => (float)random.NextNormal())];
        foreach (int count in new[] { 1, 2, 3 })
        {
            List<int> selected = Coreset.Select(rows, 2, count, Random(), null, Token);
            Assert.Equal(count, selected.Distinct().Count());
            double best = Combinations(12, count).Min(choice => Radius(rows, choice));
            Assert.InRange(Radius(rows, selected), best - 1e-6, (2 * best) + 1e-6);
        }
    }

    [Fact]
    public void Select_EachStep_TakesTheFarthestRow()
    {
        float[] rows = [0, 1, 10, 100, 40];
        List<int> selected = Coreset.Select(rows, 1, 5, Random(), null, Token);
        for (int i = 1; i < selected.Count; i++)
        {
            float DistanceTo(int row) => selected.Take(i).Min(chosen => Math.Abs(rows[row] - rows[chosen]));
            Assert.Equal(Enumerable.Range(0, 5).Max(DistanceTo), DistanceTo(selected[i]));
        }
    }

    [Fact]
    public void Select_MoreThanThereAre_SelectsEachOnceAndStopsAtCopies()
    {
        Assert.Equal([0, 1, 2], Coreset.Select([5, 6, 7], 1, 10, Random(), null, Token).Order());
        Assert.Single(Coreset.Select([5, 5, 5, 5], 1, 3, Random(), null, Token));
        Assert.Equal([0], Coreset.Select([5], 1, 3, Random(), null, Token));
    }

    [Fact]
    public void Select_ManyRows_IsTheSameForOneSeedAndReportsEachStep()
    {
        var random = new DeterministicRandom(4, "rows");
        float[] rows = [.. Enumerable.Range(0, 5000 * 4).Select(_ => (float)random.NextNormal())];
        List<int> reported = [];
        List<int> first = Coreset.Select(rows, 4, 30, Random(), reported.Add, Token);
        Assert.Equal(first, Coreset.Select(rows, 4, 30, Random(), null, Token));
        Assert.Equal(Enumerable.Range(2, 29), reported);
    }

    [Fact]
    public void Project_LongRows_AlmostKeepsTheirDistances()
    {
        var random = new DeterministicRandom(6, "rows");
        ReadOnlyMemory<float>[] rows = [.. Enumerable.Range(0, 40).Select(_ => (ReadOnlyMemory<float>)Normal(random, 500))];
        float[] projected = Coreset.Project(rows, 500, Random(), Token);
        Assert.Equal(40 * 64, projected.Length);
        double[] ratios =
        [
            .. from i in Enumerable.Range(0, 40)
               from j in Enumerable.Range(0, i)
               select Distance(projected.AsSpan(i * 64, 64), projected.AsSpan(j * 64, 64)) / Distance(rows[i].Span, rows[j].Span),
        ];
        Assert.InRange(ratios.Average(), 0.95, 1.05);
        Assert.InRange(ratios.Min(), 0.6, 1);
        Assert.Equal([1, 2, 3], Coreset.Project([new float[] { 1, 2, 3 }], 3, Random(), Token));
    }

    [Fact]
    public void Select_Canceled_Stops()
    {
        using var source = new CancellationTokenSource();
        float[] rows = [.. Enumerable.Range(0, 1000).Select(i => (float)i * i)];
        Assert.Throws<OperationCanceledException>(() => Coreset.Select(rows, 1, 900, Random(), count => Cancel(count, source), source.Token));
    }

    private static void Cancel(int count, CancellationTokenSource source)
    {
        Assert.InRange(count, 0, 10);
        if (count == 10)
            source.Cancel();
    }

    private static DeterministicRandom Random() => new(1, "coreset");

    private static float[] Normal(DeterministicRandom random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => System.Numerics.Tensors.TensorPrimitives.Distance(a, b);

    private static double Radius(float[] rows, IEnumerable<int> chosen) => Enumerable.Range(0, rows.Length / 2)
        .Max(row => chosen.Min(center => Distance(rows.AsSpan(row * 2, 2), rows.AsSpan(center * 2, 2))));

    private static IEnumerable<int[]> Combinations(int items, int count) => count == 0
        ? [[]]
        : Enumerable.Range(0, items).SelectMany(last => Combinations(last, count - 1).Select(rest => (int[])[.. rest, last]));
}
