using Scott.Models.Benchmarks.TrainingStep;

namespace Scott.Models.Tests.Benchmarks;

public sealed class StepFlopsTests
{
    [Fact]
    public void Total_TinyModel_EqualsTheCountByHand()
    {
        // N = 4 patches of which 1 is visible, D = 32, F = 128, 2 blocks and 1 of the predictor.
        var architecture = new ScottArchitecture { ImagePixels = 32, EmbeddingWidth = 32, Depth = 2, Heads = 2 };
        var flops = new StepFlops(architecture, predictorDepth: 1, visiblePatches: 1);
        const long FirstConvolution = 2 * 64 * 147 * 64; // of one patch: 8×8 outputs, 7·7·3 inputs, 64 channels
        const long SecondConvolution = 2 * 4 * 3136 * 32; // of one patch: 2×2 outputs, 7·7·64 inputs, 32 channels
        const long Linears = 2 * 4 * 32 * (96 + 32 + 256 + 128); // 4 tokens: qkv, proj, w12, last_linear
        const long Attention = 2 * (4 * 4 * 32) * 2; // scores, and their sums of values
        const long Block = Linears + Attention;
        Assert.Equal((128, 133_120), (architecture.FeedForwardWidth, flops.Block));
        Assert.Equal(Block, flops.Block);
        Assert.Equal((4 * FirstConvolution) + (4 * SecondConvolution) + (2 * Block), flops.Target);
        Assert.Equal((2 * FirstConvolution) + (3 * SecondConvolution) + (3 * 2 * Block), flops.Context);
        Assert.Equal(3 * (Block + (2 * 4 * 32 * 32)), flops.Predictor);
        Assert.Equal(8_294_400 + 5_615_616 + 423_936, flops.Total);
    }

    [Fact]
    public void Total_MoreVisiblePatches_GrowsByTheirConvolutionsAlone()
    {
        ScottArchitecture architecture = ScottArchitectures.Get("scott-mini-112");
        var few = new StepFlops(architecture, predictorDepth: 3, visiblePatches: 20);
        var more = new StepFlops(architecture, predictorDepth: 3, visiblePatches: 21);
        Assert.Equal((2 * StepFlops.FirstConvolution(1)) + (3 * few.SecondConvolution(1)), more.Total - few.Total);
        Assert.Equal(few.Target, more.Target);
        Assert.Equal(few.Predictor, more.Predictor);
    }
}
