using Scott.Models.Foundation;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

/// <summary>An index that vectors are added to and removed from.</summary>
public sealed class EmbeddingIndexChangeTests
{
    private const int Width = 1024; // 256 vectors fill a block.

    [Fact]
    public void Changes_InRandomOrder_LeaveWhatADictionaryHolds()
    {
        float[][] vectors = TestVectors.Draw(900, Width, seed: 1);
        var random = new DeterministicRandom(2, "changes");
        var index = new EmbeddingIndex();
        var expected = new Dictionary<string, float[]>();
        for (int step = 0; step < 1200; step++)
        {
            string key = $"{random.NextInt32(vectors.Length)}";
            if (!expected.Remove(key))
            {
                expected.Add(key, vectors[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)]);
                index.Add(key, expected[key]);
            }
            else
            {
                Assert.True(index.Remove(key));
            }

            Assert.Equal(expected.ContainsKey(key), index.Contains(key));
        }

        Assert.Equal(expected.Count, index.Count);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), index.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, float[] vector) in expected.Take(50))
        {
            IReadOnlyList<SearchHit> hits = index.Search(vector, 3);
            string[] wanted = [.. expected.OrderByDescending(entry => Similarity.Cosine(vector, entry.Value)).Take(3).Select(entry => entry.Key)];
            Assert.Equal(wanted, hits.Select(hit => hit.Key));
            Assert.Equal(hits.Select(hit => hit.Key), hits.Select(hit => index.Keys[hit.Index]));
            Assert.True(index.TryGetVector(key, out float[]? stored));
            Assert.Equal(1, Similarity.Cosine(vector, stored), 1e-5f);
        }
    }

    [Fact]
    public void Remove_OneAfterTheOther_EmptiesTheIndex()
    {
        EmbeddingIndex index = TestVectors.Index(TestVectors.Draw(600, Width, seed: 3));
        Assert.False(index.Remove("unknown"));
        for (int i = 0; i < 600; i++)
            Assert.True(index.Remove($"image-{i}"));

        Assert.False(index.Remove("image-0"));
        Assert.Equal((0, Width), (index.Count, index.Width));
        Assert.Empty(index.Search(new float[Width], 5));
        Assert.False(index.TryGetVector("image-0", out _));
        index.Add("again", TestVectors.Draw(1, Width, seed: 4)[0]);
        Assert.Equal("again", Assert.Single(index.Keys));
    }

    [Fact]
    public void AddRange_WithAFaultAtTheEnd_AddsNothing()
    {
        EmbeddingIndex index = TestVectors.Index([[1, 0], [0, 1]]);
        foreach ((string? key, float[] vector) in new (string?, float[])[]
        {
            ("image-1", [1, 1]), ("new", [1, 1]), ("", [1, 1]), (null, [1, 1]), ("\ud800", [1, 1]), ("x", [1]), ("x", []), ("x", [float.NaN, 1]),
        })
        {
            Assert.Throws<ArgumentException>("vectors", () => index.AddRange(
                [KeyValuePair.Create("new", (ReadOnlyMemory<float>)new float[] { 1, 1 }), KeyValuePair.Create(key!, (ReadOnlyMemory<float>)vector)]));
            Assert.Equal(["image-0", "image-1"], index.Keys);
            Assert.False(index.Contains("new"));
        }

        index.AddRange([]);
        index.Add("new", new float[] { 1, 1 });
        Assert.Equal([("new", 2), ("image-0", 0), ("image-1", 1)], index.Search([1, 1], 3).Select(hit => (hit.Key, hit.Index)));
    }

    [Fact]
    public void Keys_OfVectorsWithoutKeys_AreTheirPlaces()
    {
        var index = new EmbeddingIndex([[1, 0], [0, 1]]);
        Assert.Equal(["0", "1"], index.Keys);
        Assert.Equal("1", index.Search([0, 1], 1)[0].Key);
    }

    [Fact]
    public async Task Search_BesideAWriter_SeesWholeSnapshots()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        float[][] vectors = TestVectors.Draw(300, 512, seed: 5);
        EmbeddingIndex index = TestVectors.Index(vectors);
        Task writer = Task.Run(
            () =>
            {
                for (int i = 0; i < 2000; i++)
                {
                    int image = i % vectors.Length;
                    Assert.True(index.Remove($"image-{image}"));
                    index.Add($"image-{image}", vectors[image]);
                }
            },
            cancellation);
        int searches = 0;
        while (!writer.IsCompleted || searches == 0)
        {
            IReadOnlyList<SearchHit> hits = index.Search(vectors[searches++ % vectors.Length], 400);
            Assert.InRange(hits.Count, vectors.Length - 1, vectors.Length);
            Assert.Equal(hits.Count, hits.Select(hit => hit.Key).Distinct().Count());
            foreach (SearchHit hit in hits.Take(5))
            {
                float[] vector = vectors[int.Parse(hit.Key.AsSpan("image-".Length), System.Globalization.CultureInfo.InvariantCulture)];
                Assert.Equal(Similarity.Cosine(vectors[(searches - 1) % vectors.Length], vector), hit.Score, 1e-5f);
            }
        }

        await writer;
        Assert.Equal(vectors.Length, index.Count);
    }

    [Fact]
    public void SearchBatch_OfManyQueries_IsTheSameAsOneByOne()
    {
        EmbeddingIndex index = TestVectors.Index(TestVectors.Draw(700, Width, seed: 6));
        ReadOnlyMemory<float>[] queries = [.. TestVectors.Draw(40, Width, seed: 7).Select(query => (ReadOnlyMemory<float>)query)];
        IReadOnlyList<IReadOnlyList<SearchHit>> batch = index.SearchBatch(queries, 5, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(queries.Select(query => index.Search(query.Span, 5)), batch);
        Assert.Empty(index.SearchBatch([], 5, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Empty(Assert.Single(new EmbeddingIndex().SearchBatch([queries[0]], 5, cancellationToken: TestContext.Current.CancellationToken)));
        Assert.Throws<ArgumentException>("queries", () => index.SearchBatch([new float[3]], 5));
        Assert.ThrowsAny<OperationCanceledException>(() => index.SearchBatch(queries, 5, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void SearchBatch_OfMoreQueriesThanOnePart_IsTheSameAsOneByOne()
    {
        EmbeddingIndex index = TestVectors.Index(TestVectors.Draw(100, 8, seed: 6));
        ReadOnlyMemory<float>[] queries =
            [.. TestVectors.Draw((2 * IndexRows.QueriesPerPart) + 1, 8, seed: 7).Select(query => (ReadOnlyMemory<float>)query)];
        IReadOnlyList<IReadOnlyList<SearchHit>> batch = index.SearchBatch(queries, 3, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(queries.Select(query => index.Search(query.Span, 3)), batch);
    }

    [Fact]
    public void Fingerprint_OfAnEmptyIndex_IsThatOfTheFirstVectors()
    {
        VectorFingerprint fingerprint = TestVectors.Fingerprint(2);
        var index = new EmbeddingIndex();
        Assert.Throws<ArgumentException>("vectors", () => index.Add("a", new float[3], fingerprint));
        Assert.Null(index.Fingerprint);
        index.Add("a", new float[] { 1, 0 }, fingerprint);
        Assert.Equal(fingerprint, index.Fingerprint);
        Assert.Throws<FingerprintMismatchException>(() => index.Add("b", new float[] { 1, 0 }, TestVectors.Fingerprint(2, model: 'c')));
        Assert.Throws<FingerprintMismatchException>(() => index.Search([1, 0], 1, TestVectors.Fingerprint(2, model: 'c')));
        Assert.Throws<FingerprintMismatchException>(() => index.SearchBatch([], 1, TestVectors.Fingerprint(2, model: 'c')));
        Assert.Single(index.Search([1, 0], 1, fingerprint));
        index.Add("raw", new float[] { 0, 1 });
        Assert.Equal(2, index.Count);

        EmbeddingIndex raw = TestVectors.Index([[1f, 0]]);
        raw.Add("b", new float[] { 1, 0 }, fingerprint);
        Assert.Null(raw.Fingerprint);
        Assert.Equal(7, new EmbeddingIndex(TestVectors.Fingerprint(7)).Width);
    }
}
