using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Datasets;

public sealed class ConcatenatedDatasetTests
{
    [Fact]
    public void Images_StandOneDatasetAfterTheOther()
    {
        var joined = new ConcatenatedDataset(Unlabeled("a", "b"), Unlabeled("c"), Unlabeled("d", "e"));
        Assert.Equal(["a", "b", "c", "d", "e"], Enumerable.Range(0, joined.Count).Select(joined.NameOf));
        Assert.Equal(["a", "b", "c", "d", "e"], Enumerable.Range(0, joined.Count).Select(i => joined.SourceOf(i).Name));
        Assert.Empty(joined.ClassNames);
        Assert.Null(joined.LabelOf(4));
    }

    [Fact]
    public void Classes_OfTheSameName_AreOne()
    {
        var joined = new ConcatenatedDataset(Labeled("rose", "tulip"), Unlabeled("nothing"), Labeled("daisy", "tulip"));
        Assert.Equal(["rose", "tulip", "daisy"], joined.ClassNames);
        Assert.Equal([0, 1, null, 2, 1], Enumerable.Range(0, joined.Count).Select(joined.LabelOf));
    }

    [Theory]
    [InlineData(0, 0, 2, 0, 3, 0)]
    [InlineData(1, 0, 0, 0, 1)]
    [InlineData(0, 5)]
    public void EmptyDatasets_AreSteppedOver(params int[] counts)
    {
        IImageDataset[] parts = [.. counts.Select((count, part) => new Numbered(part, count))];
        var joined = new ConcatenatedDataset(parts);
        string[] expected = [.. counts.SelectMany((count, part) => Enumerable.Range(0, count).Select(i => $"{part}:{i}"))];
        Assert.Equal(expected, Enumerable.Range(0, joined.Count).Select(joined.NameOf));
    }

    [Fact]
    public void IndexOutside_Throws()
    {
        var joined = new ConcatenatedDataset(Unlabeled("a"));
        Assert.Throws<ArgumentOutOfRangeException>(() => joined.NameOf(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => joined.LabelOf(-1));
    }

    [Fact]
    public void NoDataset_Throws()
    {
        Assert.Throws<ArgumentException>(() => new ConcatenatedDataset());
        Assert.Throws<ArgumentException>(() => new ConcatenatedDataset(Unlabeled("a"), null!));
    }

    private static ImageList Unlabeled(params string[] names) => ImageList.FromSources(names.Select(Source));

    private static ImageList Labeled(params string[] classes) => ImageList.FromLabeled(classes.Select(name => (Source(name), name)));

    private static ImageSource Source(string name) => name;

    private sealed class Numbered(int part, int count) : IImageDataset
    {
        public int Count => count;

        public IReadOnlyList<string> ClassNames => [];

        public string NameOf(int index) => index < count ? $"{part}:{index}" : throw new ArgumentOutOfRangeException(nameof(index));

        public ImageSource SourceOf(int index) => NameOf(index);

        public int? LabelOf(int index) => null;
    }
}
