using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

[Collection(AloneTests.Name)]
public sealed class FeatureMemoryTests
{
    /// <summary>What one image may cost beside its vector of 32 numbers: the result, the task, wrappers round native objects.</summary>
    private const long BytesPerImage = 8 * 1024;

    [Fact]
    public async Task EmbedFiles_ManyImages_StaysInBoundedMemory()
    {
        using var folder = new TemporaryFolder();
        string path = DrawnImages.Save(folder, 1);
        using FeatureExtractor extractor = ScottModel.Create(Architectures.Tiny, seed: 5).ExtractFeatures().WithThreads(2).Build();
        await RunAsync(extractor, path, 200);
        long resident = Environment.WorkingSet;
        long live = GC.GetTotalMemory(forceFullCollection: true);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        const int Count = 3000;
        await RunAsync(extractor, path, Count);
        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - allocated) / Count, 0, BytesPerImage);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - live, long.MinValue, 4 << 20);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 48 << 20);
    }

    private static async Task RunAsync(FeatureExtractor extractor, string path, int count)
    {
        await foreach (ImageEmbedding result in extractor.EmbedFilesAsync(Enumerable.Repeat(path, count)))
        {
            Assert.True(result.IsSuccess);
        }
    }
}
