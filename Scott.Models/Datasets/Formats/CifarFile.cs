namespace Scott.Models.Datasets;

/// <summary>A binary file of CIFAR-10 or CIFAR-100: records of one or two labels and an image of 32×32 pixels, all red ones first, then green, then blue.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="LabelBytes">The labels in front of each image: 1, or 2 where a coarse label goes before the fine one.</param>
internal sealed record CifarFile(string Path, byte[] Bytes, int LabelBytes)
{
    public const int Side = 32;
    public const int ImageBytes = 3 * Side * Side;

    public int RecordBytes => LabelBytes + ImageBytes;

    public int Count => Bytes.Length / RecordBytes;

    /// <exception cref="DatasetFormatException">The file has no record, or ends within one.</exception>
    public static async Task<CifarFile> ReadAsync(string path, int labelBytes, CancellationToken cancellationToken)
    {
        var file = new CifarFile(path, await FileBytes.ReadAsync(path, cancellationToken).ConfigureAwait(false), labelBytes);
        if (file.Bytes.Length == 0)
        {
            throw new DatasetFormatException(path, DatasetFault.NoImages, $"it is empty; expected records of {file.RecordBytes} bytes.");
        }

        return file.Bytes.Length % file.RecordBytes == 0
            ? file
            : throw new DatasetFormatException(
                path, DatasetFault.Truncated, $"it has {Plural.Of(file.Bytes.Length, "byte")}; expected a multiple of {file.RecordBytes}, a record's length. Fetch it again.");
    }

    /// <summary>The labels at that place of each record.</summary>
    /// <exception cref="DatasetFormatException">A label is not the number of a class.</exception>
    public int[] Labels(int place, int classes)
    {
        int[] labels = [.. Enumerable.Range(0, Count).Select(record => (int)Bytes[(record * RecordBytes) + place])];
        int wrong = Array.FindIndex(labels, label => label >= classes);
        return wrong < 0
            ? labels
            : throw new DatasetFormatException(
                Path, DatasetFault.LabelOutOfRange, $"the label of record {wrong + 1} is {labels[wrong]}; expected the number of one of the {classes} classes, from 0.");
    }
}
