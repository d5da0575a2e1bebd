using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models;

/// <summary>Uses a feature extractor through the interface of Microsoft.Extensions.AI.</summary>
public static class EmbeddingGeneratorExtensions
{
    /// <summary>Wraps the extractor as a generator of Microsoft.Extensions.AI, for its vector stores, caching and telemetry.</summary>
    /// <param name="extractor">The extractor.</param>
    /// <remarks>
    /// The generator takes images as <see cref="DataContent"/> of media type image/jpeg, png, webp, bmp, gif or tiff, and returns one embedding of
    /// <see cref="FeatureExtractor.EmbeddingWidth"/> numbers for each, in order. If one image cannot be read, the whole call fails.
    /// <c>GetService</c> returns the <see cref="EmbeddingGeneratorMetadata"/> and the extractor. Thread-safe. Disposing the generator disposes the
    /// extractor.
    /// </remarks>
    public static IEmbeddingGenerator<DataContent, Embedding<float>> AsIEmbeddingGenerator(this FeatureExtractor extractor)
    {
        ArgumentNullException.ThrowIfNull(extractor);
        return new ImageEmbeddingGenerator(extractor);
    }
}

/// <summary>A feature extractor behind the interface of Microsoft.Extensions.AI. Thread-safe. Owns the extractor.</summary>
internal sealed class ImageEmbeddingGenerator(FeatureExtractor extractor) : IEmbeddingGenerator<DataContent, Embedding<float>>
{
    private const string Expected = "image/jpeg, image/png, image/webp, image/bmp, image/gif or image/tiff";

    private static readonly string[] MediaTypes =
    [
        "image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/x-png", "image/webp", "image/bmp", "image/x-ms-bmp", "image/gif", "image/tiff",
    ];

    private readonly EmbeddingGeneratorMetadata _metadata = new("scott.models", providerUri: null, extractor.ModelId, extractor.EmbeddingWidth);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireServed(options);

        // Every value is checked before the first is computed.
        ImageSource[] images = [.. values.Select((value, index) => Source(value, index, nameof(values)))];
        cancellationToken.ThrowIfCancellationRequested();
        // A single image takes the path with the shortest wait, which limits how many run at once.
        if (images is [ImageSource single])
            return [Embedding((await extractor.ExtractAsync(single, cancellationToken).ConfigureAwait(false)).Vector)];

        var embeddings = new GeneratedEmbeddings<Embedding<float>>(images.Length);
        await foreach (ImageEmbedding result in extractor.EmbedBatchAsync(images, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (result.Error is { } error)
                ExceptionDispatchInfo.Throw(error);

            embeddings.Add(Embedding(result.Vector));
        }

        return embeddings;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(FeatureExtractor) ? extractor
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose() => extractor.Dispose();

    private Embedding<float> Embedding(ReadOnlyMemory<float> vector) =>
        new(vector) { CreatedAt = DateTimeOffset.UtcNow, ModelId = extractor.ModelId };

    /// <exception cref="ArgumentException">The content is not an image. The exception names the caller's parameter.</exception>
    private static ImageSource Source(DataContent? content, int index, string parameter)
    {
        if (content is null)
            throw new ArgumentException($"Value {index} is null; expected an image.", parameter);

        string mediaType = content.MediaType.Split(';')[0].Trim();
        return MediaTypes.Contains(mediaType, StringComparer.OrdinalIgnoreCase)
            ? ImageSource.FromBytes(content.Data, string.IsNullOrEmpty(content.Name) ? $"value {index}" : content.Name)
            : throw new ArgumentException(
                $"Value {index} has the media type '{content.MediaType}'; expected {Expected}.", parameter);
    }

    /// <summary>Throws for options that this model cannot serve, instead of ignoring them.</summary>
    private void RequireServed(EmbeddingGenerationOptions? options)
    {
        (int width, string id) = (extractor.EmbeddingWidth, extractor.ModelId);
        if (options?.Dimensions is { } dimensions && dimensions != width)
            throw new ArgumentException($"Dimensions is {dimensions}; expected {width}, the width of '{id}', or none.", nameof(options));
        if (options?.ModelId is { } model && model != id)
            throw new ArgumentException($"ModelId is '{model}'; expected '{id}', which this generator runs, or none.", nameof(options));
    }
}
