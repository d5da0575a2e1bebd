namespace Scott.Models.Datasets;

/// <summary>A file of images with the file of their labels.</summary>
internal sealed record IdxPart(IdxFile Images, IdxFile Labels)
{
    /// <exception cref="DatasetFormatException">A file is damaged, or they do not count the same.</exception>
    public static async Task<IdxPart> ReadAsync(string images, string labels, CancellationToken cancellationToken)
    {
        var part = new IdxPart(
            await IdxFile.ReadAsync(images, 3, cancellationToken).ConfigureAwait(false),
            await IdxFile.ReadAsync(labels, 1, cancellationToken).ConfigureAwait(false));
        return part.Images.Dimensions[0] == part.Labels.Dimensions[0]
            ? part
            : throw new DatasetFormatException(
                labels, DatasetFault.CountMismatch, $"it has {Plural.Of(part.Labels.Dimensions[0], "label")}; expected {part.Images.Dimensions[0]}, one for each image of '{images}'.");
    }
}
