namespace Scott.Models.Imaging;

/// <summary>Tells errors of one image from errors of the program: the first cost that image, the second end the run.</summary>
internal static class ImageErrors
{
    /// <summary>The errors that apps' streams threw. They reach the caller as they are, so what is known of them stands beside them.</summary>
    private static readonly ConditionalWeakTable<Exception, object> Marked = [];

    /// <summary>Whether an error says that an image cannot be read: it cannot be decoded, its file cannot be read, or its stream threw.</summary>
    public static bool IsImageError(Exception exception) =>
        exception is ImageFormatException or IOException or UnauthorizedAccessException || Marked.TryGetValue(exception, out _);

    /// <summary>Marks whatever a stream of the app threw as that image's error, unless memory ran out or the run is canceled.</summary>
    public static Exception Mark(Exception exception, CancellationToken cancellationToken = default)
    {
        if (exception is not OutOfMemoryException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
            Marked.AddOrUpdate(exception, exception.GetType());

        return exception;
    }
}
