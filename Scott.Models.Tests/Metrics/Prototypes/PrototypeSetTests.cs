using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics.Prototypes;

public sealed class PrototypeSetTests
{
    private const int Readers = 4;

    /// <summary>A reader that learns allocates the features, half a megabyte; one that waits allocates nearly nothing.</summary>
    [Fact]
    public void Model_FirstAskedForByManyReaders_IsLearnedByOne()
    {
        const int width = 64;
        PrototypeExample[] examples = Clusters.Examples(Clusters.Draw(classes: 4, images: 2_000, width, spread: 0.6, "many"));
        PrototypeSet set = new PrototypeSet(width).With(
            examples.Select(example => new PrototypeImage(example.ClassName, example.Name, example.Vector.ToArray(), IsHeldOut: false)));
        using var start = new Barrier(Readers);
        var models = new PrototypeModel?[Readers];
        long[] allocated = new long[Readers];
        Thread[] readers = [.. Enumerable.Range(0, Readers).Select(reader => new Thread(() =>
        {
            start.SignalAndWait();
            long before = GC.GetAllocatedBytesForCurrentThread();
            models[reader] = set.Model;
            allocated[reader] = GC.GetAllocatedBytesForCurrentThread() - before;
        }))];
        Array.ForEach(readers, reader => reader.Start());
        Array.ForEach(readers, reader => reader.Join());
        Assert.Single(allocated, bytes => bytes > 100_000);
        Assert.NotNull(models[0]);
        Assert.All(models, model => Assert.Same(models[0], model));
    }

    [Fact]
    public void With_MoreVectorsThanAFileHolds_IsRefused()
    {
        static PrototypeImage Image(string name) => new("class", name, [], IsHeldOut: false);
        PrototypeSet one = new PrototypeSet(300_000_000).With([Image("a")]);
        ArgumentException error = Assert.Throws<ArgumentException>("images", () => one.With([Image("b")]));
        Assert.Contains(
            "2 images of 300000000 numbers are too many to save; expected at most 1, which take 2 GB.", error.Message, StringComparison.Ordinal);
    }
}
