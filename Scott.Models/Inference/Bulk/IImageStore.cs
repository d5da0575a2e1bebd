namespace Scott.Models.Inference;

/// <summary>Where the images and tar archives of an <see cref="EmbeddingJob"/> are: a folder, a server, or what an app implements.</summary>
/// <remarks>Implementations are thread-safe. What <see cref="OpenAsync"/> and its streams throw for an image becomes the error of that
/// image's row; for an archive, an <see cref="EmbeddingJobException"/>. If not one image of several shards can be opened, the job ends. The same key
/// must give the same bytes for as long as a job runs.</remarks>
public interface IImageStore
{
    /// <summary>The keys of all images and tar archives, always in the same order: the order decides which shard an image is in.</summary>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="NotSupportedException">The store cannot list its keys; the job then needs a list of them.</exception>
    IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Opens an image or archive for reading, from a position on. The caller disposes of the stream, which need not be seekable.</summary>
    /// <param name="key">The key, as <see cref="ListAsync"/> or a list gives it.</param>
    /// <param name="offset">The first byte, from 0.</param>
    /// <param name="length">How many bytes the stream gives at most; <see langword="null"/> for all up to the end.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <exception cref="IOException">There is no such image, or it cannot be opened.</exception>
    Task<Stream> OpenAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default);
}
