using Scott.Models.Foundation;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class KeepMaskSamplerTests
{
    public static TheoryData<KeepMaskKind> Kinds { get; } = [KeepMaskKind.Blockwise, KeepMaskKind.Uniform];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sample_EveryGridAndRatio_HidesExactlyTheFloor(KeepMaskKind kind)
    {
        var random = new DeterministicRandom(1, "masks");
        for (int grid = 1; grid <= 16; grid++)
        {
            for (int percent = 0; percent <= 100; percent += 5)
            {
                int hidden = percent * grid * grid / 100;
                var sampler = new KeepMaskSampler(kind, new PatchGrid(grid, grid), percent / 100.0);
                byte[] mask = sampler.Sample(random);
                Assert.Equal((grid * grid) - hidden, sampler.VisiblePatches);
                Assert.Equal(sampler.VisiblePatches, mask.Sum(keep => keep));
                Assert.Equal((grid * grid, grid * grid), (sampler.Patches, mask.Length));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sample_SameSeed_GivesTheSameMasks(KeepMaskKind kind)
    {
        var sampler = new KeepMaskSampler(kind, new PatchGrid(14, 14), 0.6);
        var first = new DeterministicRandom(3, "masks");
        var second = new DeterministicRandom(3, "masks");
        var other = new DeterministicRandom(4, "masks");
        byte[][] masks = [.. Enumerable.Range(0, 20).Select(_ => sampler.Sample(first))];
        Assert.All(masks, mask => Assert.Equal(mask, sampler.Sample(second)));
        Assert.Contains(masks, mask => !mask.AsSpan().SequenceEqual(sampler.Sample(other)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sample_ManyMasks_ReachEveryPatch(KeepMaskKind kind)
    {
        const int Samples = 4000;
        var sampler = new KeepMaskSampler(kind, new PatchGrid(7, 7), 0.6);
        var random = new DeterministicRandom(5, "masks");
        int[] counts = new int[49];
        for (int i = 0; i < Samples; i++)
        {
            byte[] mask = sampler.Sample(random);
            for (int patch = 0; patch < counts.Length; patch++)
                counts[patch] += mask[patch];
        }

        // Uniform: each patch is visible in 20 of 49 masks, give or take five standard errors. Blocks favor the middle, but leave no patch out,
        // and no corner over another.
        double expected = Samples * 20.0 / 49;
        double tolerance = 5 * Math.Sqrt(expected * 29 / 49);
        Assert.All(counts, count => Assert.InRange(count, Samples / 20, Samples * 19 / 20));
        Assert.All(
            Enumerable.Range(0, counts.Length),
            patch => Assert.InRange(counts[patch] - counts[^(patch + 1)], -2 * tolerance, 2 * tolerance));
        Assert.True(kind == KeepMaskKind.Blockwise || counts.All(count => Math.Abs(count - expected) <= tolerance));
    }

    /// <summary>On a small grid, 16 patches are a third of it: nearly every mask shows its middle.</summary>
    [Fact]
    public void Sample_SmallerBlocks_HideTheMiddleMoreOften()
    {
        static int Shown(int minimumBlockPatches)
        {
            var sampler = new KeepMaskSampler(KeepMaskKind.Blockwise, new PatchGrid(7, 7), 0.6, minimumBlockPatches);
            var random = new DeterministicRandom(8, "masks");
            return Enumerable.Range(0, 2000).Count(_ => sampler.Sample(random)[24] == 1);
        }

        Assert.True(Shown(16) > 2000 * 0.78);
        Assert.True(Shown(4) < 2000 * 0.75);
    }

    [Fact]
    public void Sample_Blockwise_KeepsNeighborsTogether()
    {
        double Neighbors(KeepMaskKind kind)
        {
            var sampler = new KeepMaskSampler(kind, new PatchGrid(14, 14), 0.6);
            var random = new DeterministicRandom(6, "masks");
            int pairs = 0;
            for (int sample = 0; sample < 200; sample++)
            {
                byte[] mask = sampler.Sample(random);
                pairs += Enumerable.Range(0, 14 * 14).Count(patch => patch % 14 != 13 && mask[patch] == 1 && mask[patch + 1] == 1);
            }

            return pairs;
        }

        Assert.True(Neighbors(KeepMaskKind.Blockwise) > 1.5 * Neighbors(KeepMaskKind.Uniform));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Constructor_RatioOutOfRange_Throws(double ratio) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeepMaskSampler(KeepMaskKind.Uniform, new PatchGrid(7, 7), ratio));
}
