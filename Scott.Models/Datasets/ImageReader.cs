using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Reads a dataset's images, and replaces those that cannot be read. Thread-safe.</summary>
/// <remarks>An unreadable image is replaced by the next one in the dataset's own order that can be read; after the last comes the
/// first. So the replacement depends on the dataset alone: it is the same for any number of workers, and for a run that resumes.</remarks>
internal sealed class ImageReader(IImageDataset dataset, DecodedImageCache cache, bool failsOnUnreadable, Action<string, Exception> reportUnreadable)
{
    private readonly ConcurrentDictionary<int, byte> _unreadable = new();

    /// <summary>The images found so far that cannot be read.</summary>
    public int UnreadableCount => _unreadable.Count;

    /// <summary>The image of that number, or its replacement. The caller disposes of it.</summary>
    /// <exception cref="DatasetException">The image cannot be read and the settings make that an error, or no image can be read.</exception>
    public async ValueTask<(int Index, DecodedImage Image)> ReadAsync(int wanted, CancellationToken cancellationToken)
    {
        for (int i = 0; i < dataset.Count; i++)
        {
            int index = (int)(((long)wanted + i) % dataset.Count);
            if (_unreadable.ContainsKey(index))
                continue;

            try
            {
                return (index, await cache.ReadAsync(index, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception exception) when (ImageErrors.IsImageError(exception))
            {
                GiveUp(index, exception);
            }
        }

        throw new DatasetException(dataset.Name, $"none of its {Plural.Of(dataset.Count, "image")} can be read.");
    }

    private void GiveUp(int index, Exception exception)
    {
        if (failsOnUnreadable)
            throw new DatasetException(dataset.NameOf(index), exception.Message, exception, subject: "image");
        if (_unreadable.TryAdd(index, 0))
            reportUnreadable(dataset.NameOf(index), exception);
    }
}
