using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Datasets;

public sealed class DatasetSplitTests
{
    [Fact]
    public void Stratified_Classes_GiveTheSameShare()
    {
        DatasetSplit split = DatasetSplit.Stratified(Labeled(("a", 50), ("b", 10), ("c", 3), ("d", 2), ("e", 1)), 0.2, 7);
        Assert.Equal([10, 2, 1, 1, 0], Counts(split.Validation));
        Assert.Equal([40, 8, 2, 1, 1], Counts(split.Training));
        Assert.Equal(["a", "b", "c", "d", "e"], split.Validation.ClassNames);
    }

    [Fact]
    public void Stratified_Parts_MakeUpTheWholeInItsOrder()
    {
        ImageList whole = Labeled(("a", 20), ("b", 15));
        DatasetSplit split = DatasetSplit.Stratified(whole, 0.3, 1);
        (string[] training, string[] validation) = (Names(split.Training), Names(split.Validation));
        Assert.Equal(Names(whole), Names(whole).Where(training.Contains).Concat(validation).Order(new InOrderOf(Names(whole))));
        Assert.Equal(training, training.Order(new InOrderOf(Names(whole))));
        Assert.Equal(35, training.Union(validation).Count());
        Assert.Equal(split.Training.NameOf(3), split.Training.SourceOf(3).Name);
        Assert.Throws<ArgumentOutOfRangeException>(() => split.Training.NameOf(split.Training.Count));
    }

    [Fact]
    public void Stratified_Seed_DecidesAlone()
    {
        ImageList whole = Labeled(("a", 20), ("b", 15));
        string[] first = Names(DatasetSplit.Stratified(whole, 0.3, 1).Validation);
        Assert.Equal(first, Names(DatasetSplit.Stratified(whole, 0.3, 1).Validation));
        Assert.NotEqual(first, Names(DatasetSplit.Stratified(whole, 0.3, 2).Validation));
    }

    [Fact]
    public void Stratified_KnownSeed_GivesTheKnownParts()
    {
        // The same on every platform and in every version: somebody's validation set must not change under them.
        Assert.Equal(["a6", "a7", "b1"], Names(DatasetSplit.Stratified(Labeled(("a", 8), ("b", 4)), 0.25, 47).Validation));
    }

    [Fact]
    public void Stratified_WithoutLabels_DrawsFromAll()
    {
        ImageList whole = ImageList.FromSources(Enumerable.Range(0, 10).Select(i => ImageSource.FromFile($"{i}")));
        DatasetSplit split = DatasetSplit.Stratified(whole, 0.25, 3);
        Assert.Equal((7, 3), (split.Training.Count, split.Validation.Count));
        Assert.Null(split.Validation.LabelOf(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Stratified_RatioOutOfRange_Throws(double ratio) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DatasetSplit.Stratified(Labeled(("a", 5)), ratio, 1));

    [Fact]
    public void Stratified_NothingToDraw_Throws() =>
        Assert.Contains(
            "its 2 images cannot be split",
            Assert.Throws<DatasetException>(() => DatasetSplit.Stratified(Labeled(("a", 1), ("b", 1)), 0.5, 1)).Message,
            StringComparison.Ordinal);

    private static ImageList Labeled(params (string Label, int Count)[] classes) => ImageList.FromLabeled(
        classes.SelectMany(each => Enumerable.Range(0, each.Count).Select(i => (ImageSource.FromFile($"{each.Label}{i}"), each.Label))));

    private static string[] Names(IImageDataset dataset) => [.. Enumerable.Range(0, dataset.Count).Select(dataset.NameOf)];

    private static int[] Counts(IImageDataset dataset) =>
        [.. Enumerable.Range(0, dataset.ClassNames.Count).Select(
            label => Enumerable.Range(0, dataset.Count).Count(i => dataset.LabelOf(i) == label))];

    private sealed class InOrderOf(string[] names) : IComparer<string>
    {
        public int Compare(string? x, string? y) => Array.IndexOf(names, x).CompareTo(Array.IndexOf(names, y));
    }
}
