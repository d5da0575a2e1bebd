namespace Scott.Models.Datasets;

/// <summary>Takes the parts out of Flowers-102's lists, each image once.</summary>
/// <param name="folder">The images' folder.</param>
/// <param name="labels">The label of each image, from 1.</param>
/// <param name="splitsPath">The file of the lists.</param>
internal sealed class FlowerParts(string folder, int[] labels, string splitsPath)
{
    private readonly Dictionary<int, string> _taken = [];
    private readonly IReadOnlyList<string> _classNames = [.. FlowerNames.All.Take(labels.DefaultIfEmpty().Max())];

    /// <exception cref="DatasetFormatException">An image is listed twice or is not there, or a class has none.</exception>
    public IImageDataset Take(MatFile splits, string name)
    {
        int[] numbers = splits.Get(name).ToIntegers(1, labels.Length, DatasetFault.EntryOutOfRange);
        string[] paths = new string[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            string entry = FormattableString.Invariant($"element {i + 1} of '{name}'");
            if (!_taken.TryAdd(numbers[i], entry))
            {
                throw new DatasetFormatException(
                    splitsPath, DatasetFault.DuplicateEntry, $"{entry} is image {numbers[i]}, which {_taken[numbers[i]]} is, too; expected each once.");
            }

            paths[i] = Path.Combine(folder, FormattableString.Invariant($"image_{numbers[i]:00000}.jpg"));
            if (!File.Exists(paths[i]))
            {
                throw new DatasetFormatException(
                    splitsPath, DatasetFault.MissingImage, $"{entry} is image {numbers[i]}, and '{paths[i]}' does not exist. Unpack 102flowers.tgz again.");
            }
        }

        return ClassChecks.RequireFilled(new LabeledImageFiles(folder, folder, paths, [.. numbers.Select(number => labels[number - 1] - 1)], _classNames), splitsPath, name);
    }
}
