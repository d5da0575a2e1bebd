using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Training;

namespace Scott.Models.Tests.Datasets;

[Collection(AloneTests.Name)]
public sealed class PretrainingLoaderAllocationTests
{
    private const int Batches = 20;
    private const int BatchSize = 4;
    private const int ImagePixels = 96;
    private const int GridSide = 6;

    [Theory]
    [InlineData(TrainingRunOptions.DefaultCacheBytes)]
    [InlineData(0)]
    public async Task ReadEpoch_WarmedUp_AllocatesLittle(long cacheBytes)
    {
        ImageList dataset = ImageList.FromSources(
            Enumerable.Range(0, BatchSize * Batches).Select(i => ImageSource.FromBytes(DrawnImages.Draw(i, 300, 200).EncodePng(), $"drawn {i}")));
        var loader = new PretrainingLoader(
            dataset,
            new TwoViewTransform(new AugmentationSpec(), PreprocessingSpec.ForImage(ImagePixels)),
            new KeepMaskSampler(KeepMaskKind.Blockwise, new PatchGrid(GridSide, GridSide), 0.6),
            new PretrainingOptions { BatchSize = BatchSize },
            new TrainingRunOptions { CacheBytes = cacheBytes },
            (_, _) => { });
        for (int epoch = 0; epoch < 3; epoch++)
            await ReadAsync(loader, epoch);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await ReadAsync(loader, 3);
        long perBatch = (GC.GetTotalAllocatedBytes(precise: true) - before) / Batches;

        // Its views alone take 885 kB, and its decoded images 960 kB.
        Assert.True(perBatch < 200_000, $"{perBatch} bytes for each batch");
    }

    private static async Task ReadAsync(PretrainingLoader loader, int epoch)
    {
        await foreach (PretrainingBatch batch in loader.ReadEpochAsync(epoch, 0, default))
        {
            batch.Dispose();
        }
    }
}
