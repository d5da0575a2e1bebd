using System.Collections.Immutable;

namespace Scott.Models.Inference;

/// <summary>What was extracted from one image, or why nothing could be. Immutable.</summary>
public sealed class ImageEmbedding
{
    private readonly float[]? _vector;

    internal ImageEmbedding(long index, string name, float[] vector) => (Index, Name, _vector) = (index, name, vector);

    internal ImageEmbedding(long index, string name, Exception error) => (Index, Name, Error) = (index, name, error);

    /// <summary>The image's place in the input, from 0.</summary>
    public long Index { get; }

    /// <summary>The image's path or name.</summary>
    public string Name { get; }

    /// <summary>Why the image gave nothing: an <see cref="ImageFormatException"/>, or what the file system or its stream threw.</summary>
    /// <value><see langword="null"/> if it gave something.</value>
    public Exception? Error { get; }

    /// <summary>Whether there is a vector.</summary>
    public bool IsSuccess => Error is null;

    /// <summary>The mean of the normalized patch tokens: D numbers, scaled to length 1 if the options say so.</summary>
    /// <exception cref="InvalidOperationException">The image gave nothing; the inner exception is <see cref="Error"/>.</exception>
    public ReadOnlyMemory<float> Vector =>
        _vector ?? throw new InvalidOperationException($"'{Name}' has no vector: {Error!.Message} Check IsSuccess first.", Error);

    /// <summary>The classes' logits, if there is a head.</summary>
    internal float[]? Logits { get; init; }

    /// <summary>The patch tokens, if asked for.</summary>
    public PatchTokens? Tokens { get; internal init; }

    /// <summary>The last block's attention weights, if asked for.</summary>
    public AttentionMaps? Attention { get; internal init; }

    /// <summary>The tokens behind each block asked for, not normalized.</summary>
    public IReadOnlyDictionary<int, PatchTokens> Blocks { get; internal init; } = ImmutableDictionary<int, PatchTokens>.Empty;
}
