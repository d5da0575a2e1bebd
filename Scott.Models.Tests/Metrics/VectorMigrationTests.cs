using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class VectorMigrationTests
{
    private const int Width = 12;
    private const int NewWidth = 20;

    private static readonly VectorFingerprint From = TestVectors.Fingerprint(Width);
    private static readonly VectorFingerprint To = TestVectors.Fingerprint(NewWidth, model: 'c');

    [Fact]
    public void Map_OfALinearRelation_FindsTheNewNeighbors()
    {
        float[][] old = TestVectors.Draw(1000, Width, seed: 1);
        EmbeddingIndex index = TestVectors.Index(old, From);
        EmbeddingIndex wanted = TestVectors.Index(old.Select(vector => Turn(vector)), To);
        EmbeddingIndex sample = TestVectors.Index(old.Take(400).Select(vector => Turn(vector)), To);
        var migration = VectorMigration.Fit(index, sample, TestContext.Current.CancellationToken);
        Assert.Equal((From, To, 400), (migration.From, migration.To, migration.Pairs));
        Assert.InRange(migration.Recall, 0.97, 1);
        List<int> progress = [];
        EmbeddingIndex mapped = migration.Map(index, new Reports(progress), TestContext.Current.CancellationToken);
        Assert.Equal([1000], progress);
        Assert.Equal(index.Keys, mapped.Keys);
        IEnumerable<ReadOnlyMemory<float>> queries = TestVectors.Draw(100, Width, seed: 3).Select(vector => (ReadOnlyMemory<float>)Turn(vector));
        Assert.InRange(IndexRecall.Measure(mapped, wanted, queries), 0.97, 1);
        Assert.Equal(1, Similarity.Cosine(migration.Map(old[5]), Turn(old[5])), 1e-3f);
    }

    [Fact]
    public void Map_OfUnrelatedVectors_HasALowRecall()
    {
        EmbeddingIndex index = TestVectors.Index(TestVectors.Draw(1000, Width, seed: 1), From);
        EmbeddingIndex sample = TestVectors.Index(TestVectors.Draw(1000, NewWidth, seed: 2), To);
        Assert.InRange(VectorMigration.Fit(index, sample, TestContext.Current.CancellationToken).Recall, 0, 0.3);
    }

    [Theory]
    [InlineData(200, 0.5)]
    [InlineData(250, 0.4)]
    [InlineData(1000, 0.1)]
    public void Recall_OfUnrelatedVectors_IsThatOfChance(int pairs, double chance)
    {
        IEnumerable<VectorMigration> migrations = Enumerable.Range(0, 8).Select(i => VectorMigration.Fit(
            TestVectors.Index(TestVectors.Draw(pairs, Width, seed: 20 + (2 * i)), From),
            TestVectors.Index(TestVectors.Draw(pairs, NewWidth, seed: 21 + (2 * i)), To), TestContext.Current.CancellationToken));
        (double Recall, double Chance)[] measured = [.. migrations.Select(migration => (migration.Recall, migration.ChanceRecall))];
        Assert.All(measured, each => Assert.Equal(chance, each.Chance));
        Assert.Equal(chance, measured.Average(each => each.Recall), 0.06);
    }

    [Fact]
    public void MappedVectors_AreNotTrueOnes()
    {
        VectorMigration migration = Fit(out EmbeddingIndex index);
        EmbeddingIndex mapped = migration.Map(index);
        Assert.Equal(migration.Fingerprint, mapped.Fingerprint);
        Assert.StartsWith("PatchMean, mapped from ", mapped.Fingerprint!.Output, StringComparison.Ordinal);
        Assert.Equal(To, VectorMigration.TargetOf(mapped.Fingerprint));
        Assert.Null(VectorMigration.TargetOf(To));
        float[] vector = TestVectors.Draw(1, NewWidth, seed: 9)[0];
        Assert.Throws<FingerprintMismatchException>(() => mapped.Search(vector, 1, To));
        Assert.Throws<FingerprintMismatchException>(() => mapped.Add("true", vector, To));
        Assert.Throws<FingerprintMismatchException>(() => new EmbeddingIndex(To).Add("mapped", vector, mapped.Fingerprint));
        Assert.Throws<FingerprintMismatchException>(() => migration.Map(TestVectors.Index(TestVectors.Draw(2, NewWidth, 1), To)));

        // Another sample gives another map, whose vectors do not mix with those of the first.
        EmbeddingIndex other = TestVectors.Index(TestVectors.Draw(300, NewWidth, seed: 8), To);
        Assert.False(VectorMigration.Fit(index, other, TestContext.Current.CancellationToken).Fingerprint.Matches(migration.Fingerprint));
    }

    [Fact]
    public void Fit_WithUnsuitableIndexes_SaysWhy()
    {
        Fit(out EmbeddingIndex index);
        float[][] few = TestVectors.Draw(VectorMigration.MinimumPairs - 1, NewWidth, seed: 2);
        AssertRefused("199 keys are in both", "sample", () => VectorMigration.Fit(index, TestVectors.Index(few, To)));
        AssertRefused("0 keys are in both", "sample", () => VectorMigration.Fit(index, TestVectors.Index(few, To, prefix: "other-")));
        AssertRefused("no fingerprint", "sample", () => VectorMigration.Fit(index, TestVectors.Index(few)));
        AssertRefused("no fingerprint", "old", () => VectorMigration.Fit(TestVectors.Index(few), index));
        AssertRefused("nothing to migrate", "sample", () => VectorMigration.Fit(index, index));
        EmbeddingIndex mapped = Fit(out _).Map(index);
        AssertRefused("mapped vectors", "sample", () => VectorMigration.Fit(index, mapped));
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(out _).Map(index, null, new CancellationToken(canceled: true)));
        Assert.ThrowsAny<OperationCanceledException>(
            () => VectorMigration.Fit(index, TestVectors.Index(TestVectors.Draw(300, NewWidth, 2), To), new CancellationToken(canceled: true)));
        Assert.Throws<ArgumentException>("vector", () => Fit(out _).Map(new float[Width + 1]));
        Assert.Throws<ArgumentException>("vector", () => Fit(out _).Map([float.NaN, .. new float[Width - 1]]));
    }

    [Fact]
    public void Fit_WithADimensionThatNeverChanges_StaysFinite()
    {
        float[][] old = [.. TestVectors.Draw(300, Width, seed: 1).Select(vector => vector.Select((value, i) => i < 3 ? 0 : value).ToArray())];
        EmbeddingIndex sample = TestVectors.Index(Enumerable.Repeat(TestVectors.Draw(1, NewWidth, seed: 2)[0], 300), To);
        var migration = VectorMigration.Fit(TestVectors.Index(old, From), sample, TestContext.Current.CancellationToken);
        Assert.All(migration.Map(old[0]), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(300, migration.Map(TestVectors.Index(old, From)).Count);
    }

    [Fact]
    public async Task Save_AndLoad_KeepsTheMap()
    {
        using var folder = new TemporaryFolder();
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        VectorMigration migration = Fit(out EmbeddingIndex index);
        await migration.SaveAsync(folder.File("map"), cancellation);
        VectorMigration loaded = await VectorMigration.LoadAsync(folder.File("map"), cancellation);
        Assert.Equal(
            (migration.From, migration.To, migration.Fingerprint, migration.Pairs, migration.Recall),
            (loaded.From, loaded.To, loaded.Fingerprint, loaded.Pairs, loaded.Recall));
        float[] vector = TestVectors.Draw(1, Width, seed: 9)[0];
        Assert.Equal(migration.Map(vector), loaded.Map(vector));
        await index.SaveAsync(folder.File("index"), cancellationToken: cancellation);
        var error = await Assert.ThrowsAsync<VectorFileException>(() => VectorMigration.LoadAsync(folder.File("index"), cancellation));
        Assert.Equal(VectorFileFault.OtherKind, error.Fault);
    }

    [Fact]
    public void Recall_OfTheIndexItself_IsWhole()
    {
        float[][] vectors = TestVectors.Draw(50, Width, seed: 1);
        EmbeddingIndex index = TestVectors.Index(vectors);
        ReadOnlyMemory<float>[] queries = [vectors[3], vectors[4]];
        Assert.Equal(1, IndexRecall.Measure(index, index, queries));
        Assert.Equal(0, IndexRecall.Measure(TestVectors.Index(vectors, prefix: "other-"), index, queries));
        EmbeddingIndex half = TestVectors.Index(vectors.Take(25));
        Assert.Equal(0.5, IndexRecall.Measure(half, index, queries, count: 50));
        Assert.Throws<ArgumentException>(() => IndexRecall.Measure(index, index, []));
        Assert.Throws<ArgumentException>(() => IndexRecall.Measure(index, new EmbeddingIndex(), queries));
    }

    internal static VectorMigration Fit(out EmbeddingIndex index)
    {
        index = TestVectors.Index(TestVectors.Draw(300, Width, seed: 1), From);
        return VectorMigration.Fit(index, TestVectors.Index(TestVectors.Draw(300, NewWidth, seed: 2), To));
    }

    private static void AssertRefused(string message, string parameter, Action act) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(parameter, act).Message, StringComparison.Ordinal);

    /// <summary>Mirrors a vector at a plane, and appends numbers that never change: cosines stay.</summary>
    private static float[] Turn(float[] vector)
    {
        float shift = 2 * vector.Sum() / Width;
        return [.. vector.Select(value => value - shift), .. new float[NewWidth - Width]];
    }

    private sealed class Reports(List<int> reports) : IProgress<int>
    {
        public void Report(int value) => reports.Add(value);
    }
}
