namespace Scott.Models.Imaging;

/// <summary>Separates errors of one image from other errors. The first only skip the image; the others end the run.</summary>
internal static class ImageErrors
{
    /// <summary>The errors that streams of the app threw. They reach the caller unchanged, so the mark is kept in this table.</summary>
    private static readonly ConditionalWeakTable<Exception, object> Marked = [];

    /// <summary>Whether an error says that an image cannot be read: it cannot be decoded, its file cannot be read, or its stream threw.</summary>
    public static bool IsImageError(Exception exception) =>
        exception is ImageFormatException or IOException or UnauthorizedAccessException || Marked.TryGetValue(exception, out _);

    /// <summary>Marks an exception of an app's stream as an image error, unless memory ran out or the run is canceled.</summary>
    public static Exception Mark(Exception exception, CancellationToken cancellationToken = default)
    {
        if (exception is not OutOfMemoryException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
            Marked.AddOrUpdate(exception, exception.GetType());

        return exception;
    }
}
