using Scott.Models.Foundation;

namespace Scott.Models.Tests.Foundation;

public sealed class DeterministicRandomTests
{
    [Fact]
    public void NextUInt64_KnownSeed_GivesTheNumbersItAlwaysGave()
    {
        // Pinned: weights, masks and splits of a seed must be the same in every version.
        var random = new DeterministicRandom(47, "pinned");
        ulong[] drawn = [random.NextUInt64(), random.NextUInt64(), random.NextUInt64()];
        Assert.Equal(Pinned, drawn);
    }

    [Fact]
    public void Streams_OtherSeedOrName_Differ()
    {
        ulong first = new DeterministicRandom(1, "a").NextUInt64();
        Assert.NotEqual(first, new DeterministicRandom(2, "a").NextUInt64());
        Assert.NotEqual(first, new DeterministicRandom(1, "b").NextUInt64());
    }

    [Fact]
    public void Fork_AtAnyPoint_DependsOnItAndLeavesTheNumbers()
    {
        var random = new DeterministicRandom(47, "pinned");
        ulong first = random.Fork("a").NextUInt64();
        Assert.NotEqual(first, random.Fork("b").NextUInt64());
        Assert.Equal(first, random.Fork("a").NextUInt64());
        ulong[] drawn = [random.NextUInt64(), random.NextUInt64(), random.NextUInt64()];
        Assert.Equal(Pinned, drawn);
        Assert.NotEqual(first, random.Fork("a").NextUInt64());
    }

    [Fact]
    public void NextInt32_ManyDraws_AreUniform()
    {
        var random = new DeterministicRandom(2, "uniform");
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[random.NextInt32(7)]++;

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void NextNormal_ManyDraws_HasTheMomentsOfANormal()
    {
        const int Draws = 200_000;
        var random = new DeterministicRandom(3, "normal");
        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.NextNormal())];
        Assert.Equal(0, values.Average(), 0.01);
        Assert.Equal(1, values.Average(value => value * value), 0.02);
        Assert.Equal(3, values.Average(value => Math.Pow(value, 4)), 0.15);
    }

    private static ulong[] Pinned { get; } = [8026502356119373932UL, 10033784437029069209UL, 16469904923446624924UL];
}
