using System.Text;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Metrics;

public sealed class EmbeddingIndexFileTests : IDisposable
{
    private const string Kind = "embedding index";

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("photos.index");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(WeightStorage.Managed)]
    [InlineData(WeightStorage.MemoryMapped)]
    public async Task Save_AndLoad_KeepsVectorsKeysAndFingerprint(WeightStorage storage)
    {
        VectorFingerprint fingerprint = TestVectors.Fingerprint(1024);
        float[][] vectors = TestVectors.Draw(600, 1024, seed: 1);
        EmbeddingIndex index = TestVectors.Index(vectors, fingerprint, prefix: "fotos/Größe 画像 😀 ");
        var (saving, loading) = (new Reports(), new Reports());
        await index.SaveAsync(Path, saving, Cancellation);
        EmbeddingIndex loaded = await EmbeddingIndex.LoadAsync(Path, storage, loading, Cancellation);
        Assert.Equal(saving.Counts, loading.Counts);
        Assert.Equal((600, true), (saving.Counts[^1], saving.Counts.SequenceEqual(saving.Counts.Order())));
        Assert.Equal((600, 1024, fingerprint), (loaded.Count, loaded.Width, loaded.Fingerprint));
        Assert.Equal(index.Keys, loaded.Keys);
        Assert.Equal(index.Search(vectors[7], 20), loaded.Search(vectors[7], 20));

        // What the file holds is copied where it changes; the file itself stays.
        Assert.True(loaded.Remove(loaded.Keys[3]));
        loaded.Add("new", vectors[3], fingerprint);
        Assert.Equal("new", loaded.Search(vectors[3], 1)[0].Key);
        Assert.Equal(index.Keys, (await EmbeddingIndex.LoadAsync(Path, storage, cancellationToken: Cancellation)).Keys);
        await loaded.SaveAsync(_folder.File("second.index"), cancellationToken: Cancellation);
        Assert.Equal(loaded.Keys, (await EmbeddingIndex.LoadAsync(_folder.File("second.index"), storage, cancellationToken: Cancellation)).Keys);
    }

    [Fact]
    public async Task Save_EmptyIndexes_LoadAsTheyWere()
    {
        foreach (EmbeddingIndex empty in new[] { new EmbeddingIndex(), new EmbeddingIndex(TestVectors.Fingerprint(5)) })
        {
            await empty.SaveAsync(Path, cancellationToken: Cancellation);
            EmbeddingIndex loaded = await EmbeddingIndex.LoadAsync(Path, WeightStorage.MemoryMapped, cancellationToken: Cancellation);
            Assert.Equal((0, empty.Width, empty.Fingerprint), (loaded.Count, loaded.Width, loaded.Fingerprint));
            Assert.Empty(loaded.Search(new float[loaded.Width], 1));
        }
    }

    [Theory]
    [InlineData(3e-23f)]
    [InlineData(5e-19f)]
    [InlineData(2e-18f)]
    public async Task Save_VectorsThatAreVeryShort_LoadAsTheyWere(float number)
    {
        EmbeddingIndex index = TestVectors.Index([[number, 0, 0], [0, number, number]]);
        await index.SaveAsync(Path, cancellationToken: Cancellation);
        EmbeddingIndex loaded = await EmbeddingIndex.LoadAsync(Path, cancellationToken: Cancellation);
        SearchHit first = loaded.Search([1, 0, 0], 1)[0];
        Assert.Equal(number < 1e-18f ? 0 : 1, first.Score, 1e-5f);
    }

    [Fact]
    public async Task Save_Canceled_LeavesTheOldFile()
    {
        EmbeddingIndex index = TestVectors.Index(TestVectors.Draw(3, 4, seed: 1));
        await index.SaveAsync(Path, cancellationToken: Cancellation);
        byte[] before = await File.ReadAllBytesAsync(Path, Cancellation);
        index.Add("more", new float[] { 1, 2, 3, 4 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => index.SaveAsync(Path, cancellationToken: new CancellationToken(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => EmbeddingIndex.LoadAsync(Path, default, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal(before, await File.ReadAllBytesAsync(Path, Cancellation));
    }

    [Theory]
    [InlineData("""{"count":2,"width":2,"rowsPerPart":2}""", null)]
    [InlineData("""{"count":2,"width":2,"rowsPerPart":1}""", VectorFileFault.Tensor)]
    [InlineData("""{"count":3,"width":2,"rowsPerPart":3}""", VectorFileFault.Tensor)]
    [InlineData("""{"count":2147483647,"width":2,"rowsPerPart":2}""", VectorFileFault.Tensor)]
    [InlineData("""{"count":2,"width":3,"rowsPerPart":2}""", VectorFileFault.Description)]
    [InlineData("""{"count":-1,"width":2,"rowsPerPart":2}""", VectorFileFault.Description)]
    [InlineData("""{"count":2,"width":0,"rowsPerPart":2}""", VectorFileFault.Description)]
    [InlineData("""{"count":2,"width":2,"rowsPerPart":0}""", VectorFileFault.Description)]
    [InlineData("""{"count":2,"width":2,"rowsPerPart":2147483647}""", VectorFileFault.Description)]
    [InlineData("""{"count":2,"width":2}""", VectorFileFault.Description)]
    [InlineData("""{"count":2,"width":2,"rowsPerPart":2,"more":1}""", VectorFileFault.Description)]
    [InlineData("""{"count":"2","width":2,"rowsPerPart":2}""", VectorFileFault.Description)]
    [InlineData("null", VectorFileFault.Description)]
    [InlineData("{", VectorFileFault.Description)]
    public Task Load_WithThisDescription_IsRefusedUnlessItIsRight(string description, VectorFileFault? fault) =>
        AssertFaultAsync(fault, description: description);

    [Theory]
    [InlineData(new float[] { 1, 0, 0, 0 }, null)]
    [InlineData(new float[] { 1, 0, 0, 2 }, VectorFileFault.Value)]
    [InlineData(new float[] { 1, 0, float.NaN, 0 }, VectorFileFault.Value)]
    [InlineData(new float[] { 1, 0, 0, float.PositiveInfinity }, VectorFileFault.Value)]
    public Task Load_WithTheseVectors_IsRefusedUnlessTheirLengthIsOne(float[] vectors, VectorFileFault? fault) =>
        AssertFaultAsync(fault, vectors: vectors);

    [Theory]
    [InlineData("ab", new[] { 1, 2 }, null)]
    [InlineData("aa", new[] { 1, 2 }, VectorFileFault.Value)] // twice
    [InlineData("ab", new[] { 0, 2 }, VectorFileFault.Value)] // empty
    [InlineData("ab", new[] { 2, 1 }, VectorFileFault.Value)]
    [InlineData("ab", new[] { -1, 2 }, VectorFileFault.Value)]
    [InlineData("ab", new[] { 1, 3 }, VectorFileFault.Value)]
    [InlineData("abc", new[] { 1, 2 }, VectorFileFault.Value)]
    [InlineData("äb", new[] { 1, 3 }, VectorFileFault.Value)] // half a letter
    [InlineData("ab", new[] { 1 }, VectorFileFault.Tensor)]
    public Task Load_WithTheseKeys_IsRefusedUnlessTheyAreRight(string keys, int[] ends, VectorFileFault? fault) =>
        AssertFaultAsync(fault, keys: keys, ends: ends);

    [Fact]
    public async Task Load_OfAnotherKind_SaysWhatTheFileIs()
    {
        await ScottModel.Create(Architectures.Tiny, seed: 5).SaveAsync(Path, Cancellation);
        var error = await Assert.ThrowsAsync<VectorFileException>(() => EmbeddingIndex.LoadAsync(Path, cancellationToken: Cancellation));
        Assert.Equal(VectorFileFault.OtherKind, error.Fault);
        await Assert.ThrowsAsync<FileNotFoundException>(() => EmbeddingIndex.LoadAsync(_folder.File("none"), cancellationToken: Cancellation));
    }

    private async Task AssertFaultAsync(
        VectorFileFault? fault, string? description = null, float[]? vectors = null, string keys = "ab", int[]? ends = null)
    {
        ends ??= [1, 2];
        byte[] endBytes = [.. ends.SelectMany(BitConverter.GetBytes)];
        byte[] keyBytes = Encoding.UTF8.GetBytes(keys);
        var tensors = new WeightSet(
        [
            WeightTensor.Create("vectors.0", [2, 2], vectors ?? [1, 0, 0, 1]),
            new WeightTensor("keys.0", TensorDType.UInt8, [keyBytes.Length], keyBytes),
            new WeightTensor("key_ends.0", TensorDType.Int32, [ends.Length], endBytes),
        ]);
        string text = description ?? """{"count":2,"width":2,"rowsPerPart":2}""";
        await VectorFile.WriteAsync(Path, Kind, new VectorFileContent(tensors, TestVectors.Fingerprint(2), text), Cancellation);
        foreach (WeightStorage storage in Enum.GetValues<WeightStorage>())
        {
            if (fault is null)
            {
                Assert.Equal(["a", "b"], (await EmbeddingIndex.LoadAsync(Path, storage, cancellationToken: Cancellation)).Keys);
            }
            else
            {
                var error = await Assert.ThrowsAsync<VectorFileException>(
                    () => EmbeddingIndex.LoadAsync(Path, storage, cancellationToken: Cancellation));
                Assert.Equal((fault, Path), (error.Fault, error.Path));
            }
        }
    }

    private sealed class Reports : IProgress<IndexFileProgress>
    {
        public List<int> Counts { get; } = [];

        public void Report(IndexFileProgress value)
        {
            Assert.Equal(600, value.Total);
            Counts.Add(value.Completed);
        }
    }
}
