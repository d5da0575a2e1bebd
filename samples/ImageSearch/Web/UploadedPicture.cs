namespace ImageSearch.Web;

/// <summary>The one picture of a request: its body, as it is.</summary>
internal static class UploadedPicture
{
    /// <exception cref="BadHttpRequestException">There are more bytes than the server takes.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // The length is the client's word, which the server's limit has not been held against yet.
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancellationToken);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
