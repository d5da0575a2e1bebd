namespace ImageSearch.Web;

/// <summary>Reads the image of a request, which is the body itself.</summary>
internal static class UploadedImage
{
    private const string MultipartPrefix = "multipart/";

    /// <param name="request">The request.</param>
    /// <param name="maximumBytes">The server's limit.</param>
    /// <param name="cancellationToken">Cancels when the client leaves or the app ends.</param>
    /// <exception cref="BadHttpRequestException">The body is too large, too slow, malformed, or not the image itself.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, long maximumBytes, CancellationToken cancellationToken)
    {
        if (request.ContentType?.StartsWith(MultipartPrefix, StringComparison.OrdinalIgnoreCase) == true)
            throw new BadHttpRequestException("A form was sent.", StatusCodes.Status415UnsupportedMediaType);

        // The client may send a wrong length. The server refuses one over its limit at the first read, so no memory is reserved for it.
        long length = request.ContentLength is { } told && told <= maximumBytes ? told : 0;
        using var bytes = new MemoryStream((int)length);
        try
        {
            await request.Body.CopyToAsync(bytes, cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            // Kestrel gives some malformed chunks, such as a size that overflows, as a plain error of the stream.
            throw new BadHttpRequestException("The body cannot be read.", StatusCodes.Status400BadRequest, exception);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
