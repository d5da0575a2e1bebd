using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class EmbeddingIndexTests
{
    [Fact]
    public void Search_AgainstSortingEverything_FindsTheSame()
    {
        var random = new Random(7);
        float[][] vectors = [.. Enumerable.Range(0, 10_000).Select(
            _ => Enumerable.Range(0, 12).Select(_ => (float)((random.NextDouble() * 2) - 1)).ToArray())];
        var index = new EmbeddingIndex(vectors);
        Assert.Equal((10_000, 12), (index.Count, index.Width));
        for (int i = 0; i < 5; i++)
        {
            int query = i * 1999;
            var expected = Enumerable.Range(0, vectors.Length)
                .Select(row => (row, score: Similarity.Cosine(vectors[query], vectors[row])))
                .OrderByDescending(pair => pair.score)
                .Take(7)
                .ToList();
            IReadOnlyList<SearchHit> found = index.Search(vectors[query], 7);
            Assert.Equal(query, found[0].Index);
            Assert.Equal(expected.Select(pair => pair.row), found.Select(hit => hit.Index));
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.score, pair.Second.Score, 1e-5f));
        }
    }

    [Fact]
    public void Search_EqualScores_TakesTheEarlier()
    {
        var index = new EmbeddingIndex(Enumerable.Repeat(new[] { 1f, 2f }, 6));
        Assert.Equal([0, 1, 2], index.Search([2, 4], 3).Select(hit => hit.Index));
    }

    [Fact]
    public void Search_MoreThanThereAre_GivesAll()
    {
        var index = new EmbeddingIndex([[1, 0], [0, 0], [-1, 0]]);
        Assert.Equal([(0, 1f), (1, 0f), (2, -1f)], index.Search([3, 0], 10).Select(hit => (hit.Index, hit.Score)));
    }

    [Fact]
    public void Arguments_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new EmbeddingIndex([[]]));
        Assert.Throws<ArgumentException>(() => new EmbeddingIndex([[1], [1, 2]]));
        var index = new EmbeddingIndex([[1, 0]]);
        Assert.Throws<ArgumentException>(() => index.Search([1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 0], 0));
        Assert.Throws<ArgumentException>(() => Similarity.Cosine([1], [1, 2]));
        Assert.Equal(0, Similarity.Cosine([0, 0], [1, 2]));
        foreach (float wrong in new[] { float.NaN, float.PositiveInfinity, float.MaxValue })
        {
            Assert.Throws<ArgumentException>("vectors", () => new EmbeddingIndex([[1, 0], [wrong, 1]]));
            Assert.Throws<ArgumentException>("query", () => index.Search([wrong, 0], 1));
            Assert.Throws<ArgumentException>("second", () => Similarity.Cosine([1, 0], [wrong, 0]));
        }
    }
}
