using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class NearDuplicatesTests
{
    [Theory]
    [InlineData(700, 40, 0.95)]
    [InlineData(700, 40, 0.6)]
    [InlineData(700, 192, 0.98)]
    [InlineData(500, 2, 0.9999)]
    [InlineData(300, 1, 0.5)]
    [InlineData(65, 16, 0.9)]
    [InlineData(128, 17, 0.01)]
    public void Find_AgainstAllPairs_FindsTheSameGroups(int count, int width, double threshold)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            float[][] vectors = TestVectors.Clustered(count, width, seed);
            IReadOnlyList<NearDuplicateGroup> groups = NearDuplicates.Find(new EmbeddingIndex(vectors), threshold);
            Assert.Equal(AllPairs(vectors, threshold), Sets(groups));
        }
    }

    [Fact]
    public void Find_InFewerDimensionsThanTheVectorsHave_FindsTheSameGroups()
    {
        float[][] flat = TestVectors.Clustered(300, 3, seed: 1);
        float[][] vectors = [.. flat.Select(row => Enumerable.Range(0, 60).Select(i => row[i % 3] * (1 + (i / 3))).ToArray())];
        Assert.Equal(AllPairs(vectors, 0.999), Sets(NearDuplicates.Find(new EmbeddingIndex(vectors), 0.999)));
    }

    [Fact]
    public void Find_AChain_ConnectsItsEndsAndSaysHowFarTheyAre()
    {
        float[][] vectors = [At(0), At(100), At(20), At(10)];
        NearDuplicateGroup group = Assert.Single(NearDuplicates.Find(new EmbeddingIndex(vectors), Math.Cos(Radians(11))));
        Assert.Equal(3, group.Representative);
        Assert.Equal([0, 2], group.Members.Select(member => member.Index).Order());
        Assert.All(group.Members, member => Assert.Equal(Math.Cos(Radians(10)), member.Similarity, 1e-6));
        Assert.Equal(Math.Cos(Radians(10)), group.MeanSimilarity, 1e-6);
        group = Assert.Single(NearDuplicates.Find(new EmbeddingIndex([At(0), At(10), At(20), At(30)]), Math.Cos(Radians(11))));
        Assert.Equal(1, group.Representative);
        Assert.Equal((3, Math.Cos(Radians(20))), (group.Members[^1].Index, Math.Round(group.Members[^1].Similarity, 6)), PairComparer);
    }

    [Fact]
    public void Find_EqualVectors_MakesOneGroupWithTheFirstAsRepresentative()
    {
        float[] vector = TestVectors.Clustered(1, 192, seed: 3)[0];
        IEnumerable<float[]> copies = Enumerable.Range(1, 5_000).Select(scale => vector.Select(value => value * scale).ToArray());
        NearDuplicateGroup group = Assert.Single(NearDuplicates.Find(new EmbeddingIndex(copies), 1));
        Assert.Equal((0, 4_999), (group.Representative, group.Members.Count));
        Assert.Equal(1, group.MeanSimilarity, 1e-6);
        Assert.All(group.Members, member => Assert.InRange(member.Similarity, 1 - 1e-6f, 1));
    }

    [Fact]
    public void Find_SeveralGroups_AreOrderedBySizeThenRepresentative()
    {
        float[][] vectors = [At(0), At(0), At(90), At(200), At(90), At(90), At(45), At(300), At(300)];
        IReadOnlyList<NearDuplicateGroup> groups = NearDuplicates.Find(new EmbeddingIndex(vectors), 0.999);
        Assert.Equal([2, 0, 7], groups.Select(group => group.Representative));
        Assert.Equal([4, 5], groups[0].Members.Select(member => member.Index));
    }

    [Fact]
    public void Find_FewOrZeroVectors_FindsNothing()
    {
        Assert.Empty(NearDuplicates.Find(new EmbeddingIndex(Array.Empty<float[]>()), 0.5));
        Assert.Empty(NearDuplicates.Find(new EmbeddingIndex([[1f, 2f]]), 0.5));
        Assert.Empty(NearDuplicates.Find(new EmbeddingIndex([[0f, 0f], [0f, 0f], [1f, 0f], [0f, 1f]]), 1e-9));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.001)]
    [InlineData(double.NaN)]
    public void Find_ThresholdOutOfRange_IsRefused(double threshold) => Assert.Throws<ArgumentOutOfRangeException>(
        nameof(threshold), () => NearDuplicates.Find(new EmbeddingIndex([[1f], [1f]]), threshold));

    [Fact]
    public void Find_ReportsEveryVectorAndCanBeCanceled()
    {
        var index = new EmbeddingIndex(TestVectors.Clustered(1_000, 24, seed: 2));
        var reports = new ReportList<ComparisonProgress>();
        NearDuplicates.Find(index, 0.9, reports);
        Assert.Equal(reports.Items.Order(Comparer<ComparisonProgress>.Create((a, b) => a.Completed - b.Completed)), reports.Items);
        Assert.Equal(new ComparisonProgress(1_000, 1_000), reports.Items[^1]);
        using var canceled = new CancellationTokenSource();
        var cancel = new ReportList<ComparisonProgress> { OnReport = canceled.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(() => NearDuplicates.Find(index, 0.9, cancel, canceled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => NearDuplicates.ChooseThreshold(index, 0.01, null, canceled.Token));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.01)]
    [InlineData(1e-4)]
    public void ChooseThreshold_OfEachRate_IsTheLowestThatKeepsIt(double rate)
    {
        float[][] vectors = TestVectors.Draw(400, 24, seed: 5);
        DuplicateThreshold chosen = NearDuplicates.ChooseThreshold(new EmbeddingIndex(vectors), rate);
        float[] cosines = [.. Pairs(vectors)];
        Assert.Equal(cosines.Length, chosen.Pairs);
        int allowed = (int)(rate * (cosines.Length + 1)) - 1;
        Assert.InRange(cosines.Count(cosine => cosine >= chosen.Threshold - 1e-6), 0, allowed);
        Assert.InRange(chosen.FalseMatches, 0, allowed);
        Assert.True(cosines.Count(cosine => cosine >= chosen.Threshold - 1e-4) > allowed);
    }

    [Fact]
    public void ChooseThreshold_OnNewVectors_KeepsTheRateOnAverage()
    {
        const double rate = 0.01;
        (double matches, double pairs) = (0, 0);
        for (int seed = 0; seed < 40; seed++)
        {
            double threshold = NearDuplicates.ChooseThreshold(new EmbeddingIndex(TestVectors.Draw(150, 10, seed)), rate).Threshold;
            float[] fresh = [.. Pairs(TestVectors.Draw(150, 10, 1_000 + seed))];
            matches += fresh.Count(cosine => cosine >= threshold);
            pairs += fresh.Length;
        }

        Assert.InRange(matches / pairs, rate / 2, rate * 1.2);
    }

    [Fact]
    public void ChooseThreshold_TooFewOrEqualVectors_IsRefused()
    {
        var index = new EmbeddingIndex(TestVectors.Draw(10, 5, seed: 1));
        foreach (double rate in new[] { 0, 1, -1, double.NaN, 1.0 / 47 })
            Assert.Throws<ArgumentOutOfRangeException>("falseMatchRate", () => NearDuplicates.ChooseThreshold(index, rate));

        ArgumentException low = Assert.ThrowsAny<ArgumentException>(() => NearDuplicates.ChooseThreshold(index, 1e-4));
        Assert.StartsWith(
            "The rate 0.0001 needs 142 different images; there are 10. Give more images, or a higher rate.", low.Message, StringComparison.Ordinal);
        Assert.Equal(0, NearDuplicates.ChooseThreshold(index, 1.0 / 46).FalseMatches);
        Assert.Throws<ArgumentOutOfRangeException>("falseMatchRate", () => NearDuplicates.ChooseThreshold(new EmbeddingIndex([[1f]]), 0.5));
        var equal = new EmbeddingIndex(Enumerable.Repeat(new[] { 1f, 2f }, 10));
        Assert.Throws<ArgumentException>("different", () => NearDuplicates.ChooseThreshold(equal, 0.1));
    }

    private static IEqualityComparer<(int, double)> PairComparer { get; } =
        EqualityComparer<(int, double)>.Create((a, b) => a.Item1 == b.Item1 && Math.Abs(a.Item2 - b.Item2) < 1e-5);

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static float[] At(double degrees) => [(float)Math.Cos(Radians(degrees)), (float)Math.Sin(Radians(degrees))];

    private static IEnumerable<float> Pairs(float[][] vectors) =>
        from first in Enumerable.Range(0, vectors.Length)
        from second in Enumerable.Range(first + 1, vectors.Length - first - 1)
        select Similarity.Cosine(vectors[first], vectors[second]);

    /// <summary>Each group as its members in order, the groups in order of their first.</summary>
    private static string[] Sets(IReadOnlyList<NearDuplicateGroup> groups) =>
    [
        .. groups.Select(group => group.Members.Select(member => member.Index).Append(group.Representative).Order().ToArray())
            .OrderBy(members => members[0])
            .Select(members => string.Join(' ', members)),
    ];

    private static string[] AllPairs(float[][] vectors, double threshold)
    {
        int[] set = [.. Enumerable.Range(0, vectors.Length)];
        for (int i = 0; i < set.Length; i++)
        {
            for (int j = i + 1; j < set.Length; j++)
            {
                if (set[i] == set[j] || Similarity.Cosine(vectors[i], vectors[j]) < (float)threshold - 1e-6f)
                    continue;

                (int from, int to) = (Math.Max(set[i], set[j]), Math.Min(set[i], set[j]));
                for (int k = 0; k < set.Length; k++)
                    set[k] = set[k] == from ? to : set[k];
            }
        }

        return
        [
            .. set.Index().GroupBy(each => each.Item, each => each.Index)
                .Where(members => members.Count() > 1)
                .Select(members => string.Join(' ', members)),
        ];
    }
}
