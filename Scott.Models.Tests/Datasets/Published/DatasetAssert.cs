using Scott.Models.Datasets;

namespace Scott.Models.Tests.Datasets;

internal static class DatasetAssert
{
    public static string[] Names(IImageDataset dataset) => [.. Enumerable.Range(0, dataset.Count).Select(dataset.NameOf)];

    public static string[] FileNames(IImageDataset dataset) => [.. Names(dataset).Select(name => Path.GetFileName(name))];

    public static int[] Labels(IImageDataset dataset) => [.. Enumerable.Range(0, dataset.Count).Select(i => dataset.LabelOf(i)!.Value)];

    public static async Task FailsAsync(Func<Task> open, DatasetFault fault, string path, string message, int? line = null)
    {
        DatasetFormatException error = await Assert.ThrowsAsync<DatasetFormatException>(open);
        Assert.Equal(
            (fault, Path.TrimEndingDirectorySeparator(path), line), (error.Fault, Path.TrimEndingDirectorySeparator(error.Name), error.Line));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
