using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class TiledRowsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(63, 5)]
    [InlineData(64, 16)]
    [InlineData(200, 192)]
    public void Multiply_EveryPairOfTiles_GivesEveryProductAndZerosForPadding(int count, int width)
    {
        float[][] vectors = TestVectors.Draw(count, width, seed: 4);
        var tiles = new TiledRows([.. vectors.SelectMany(row => row)], width);
        Assert.Equal((count + 63) / 64, tiles.Tiles);
        float[] products = new float[TiledRows.TileProducts];
        for (int pair = 0; pair < tiles.Tiles * tiles.Tiles; pair++)
        {
            (int first, int second) = (pair / tiles.Tiles, pair % tiles.Tiles);
            tiles.Multiply(first, second, products);
            for (int i = 0; i < products.Length; i++)
            {
                (int a, int b) = ((first * 64) + (i / 64), (second * 64) + (i % 64));
                double expected = a < count && b < count ? vectors[a].Zip(vectors[b], (x, y) => (double)x * y).Sum() : 0;
                Assert.Equal(expected, products[i], 1e-3);
            }
        }
    }

    /// <summary>They gave an overflow without words.</summary>
    [Fact]
    public void Vectors_ThatNoArrayHolds_AreRefusedWithTheirNumber()
    {
        ArgumentException padded = Assert.Throws<ArgumentException>("vectors", () => new TiledRows(new float[1 << 25], 1 << 25));
        Assert.StartsWith(
            "The vectors take 2147483648 numbers; expected at most 2147483591, as one array holds. Use fewer vectors.", padded.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("vectors", () => new IndexRows([], 1 << 20, 1 << 12, 1, null).ToArray());
    }

    [Fact]
    public void DisjointSets_JoinedByManyThreads_AreThoseOfOneThread()
    {
        const int count = 20_000;
        var random = new Random(3);
        (int First, int Second)[] joins = [.. Enumerable.Range(0, count * 2 / 3).Select(_ => (random.Next(count), random.Next(count)))];
        (DisjointSets many, DisjointSets one) = (new DisjointSets(count), new DisjointSets(count));
        Parallel.ForEach(joins, join => many.Join(join.First, join.Second));
        foreach ((int first, int second) in joins.Reverse())
            one.Join(first, second);

        int[] expected = [.. Enumerable.Range(0, count).Select(one.Find)];
        Assert.Equal(expected, Enumerable.Range(0, count).Select(many.Find));
        Assert.All(expected.Index(), each => Assert.True(each.Item <= each.Index));
        Assert.All(joins, join => Assert.Equal(expected[join.First], expected[join.Second]));
    }
}
