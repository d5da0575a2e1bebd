using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Makes sure that each class has a readable image. Otherwise the model would not learn the class, and no metric would show it.</summary>
internal static class ReadableClasses
{
    /// <summary>Reads images of each class until one can be read, usually the first.</summary>
    /// <exception cref="DatasetException">No image of a class can be read.</exception>
    public static async Task RequireAsync(IImageDataset dataset, string split, ImageDecodingOptions decoding, CancellationToken cancellationToken)
    {
        IGrouping<int, int>[] classes = [.. ByClass(dataset)];
        var faults = new DatasetException?[classes.Length];
        await Parallel.ForAsync(0, classes.Length, cancellationToken, async (i, token) =>
        {
            (string Name, Exception Error)? first = null;
            foreach (int index in classes[i])
            {
                if (await ErrorOfAsync(dataset.SourceOf(index), decoding, token).ConfigureAwait(false) is not { } error)
                    return;

                first ??= (dataset.NameOf(index), error);
            }

            faults[i] = Unreadable(dataset, classes[i].Key, classes[i].Count(), split, first);
        }).ConfigureAwait(false);
        if (Array.Find(faults, fault => fault is not null) is { } found)
            throw found;
    }

    /// <summary>Makes the same check after all images have been read.</summary>
    public static void Require(IImageDataset dataset, IEnumerable<int> read)
    {
        var filled = read.ToHashSet();
        if (ByClass(dataset).FirstOrDefault(group => !filled.Contains(group.Key)) is { } lost)
            throw Unreadable(dataset, lost.Key, lost.Count(), "labeled", null);
    }

    private static IEnumerable<IGrouping<int, int>> ByClass(IImageDataset dataset) => Enumerable.Range(0, dataset.Count)
        .SelectMany(index => (LabeledClasses.LabelsOf(dataset, index) ?? []).Select(label => (Label: label, Index: index)))
        .GroupBy(entry => entry.Label, entry => entry.Index)
        .OrderBy(group => group.Key);

    private static async ValueTask<Exception?> ErrorOfAsync(ImageSource source, ImageDecodingOptions decoding, CancellationToken cancellationToken)
    {
        // A stream can be read only once, and the run needs it.
        if (source.IsInMemory || source.IsStream)
            return null;

        try
        {
            using EncodedBytes encoded = await source.ReadAsync(decoding, cancellationToken).ConfigureAwait(false);
            FormatDecoder.Decode(encoded.Memory, source, decoding, cancellationToken).Dispose();
            return null;
        }
        catch (Exception exception) when (ImageErrors.IsImageError(exception))
        {
            return exception;
        }
    }

    private static DatasetException Unreadable(IImageDataset dataset, int label, int count, string split, (string Name, Exception Error)? first)
    {
        string name = dataset.ClassNames[label];
        string which = count == 1 ? $"the only {split} image" : $"none of the {Plural.Of(count, $"{split} image")}";
        string detail = first is { } example ? $" The first is '{example.Name}': {example.Error.Message}" : string.Empty;
        string sentence = $"{which} of the class '{name}' {(count == 1 ? "cannot" : "can")} be read.";
        return new DatasetException(dataset.Name, $"{sentence}{detail} Repair or replace the files, or leave the class out.", first?.Error);
    }
}
