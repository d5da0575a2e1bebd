namespace Scott.Models.Inference;

/// <summary>What was extracted from one image, or why nothing could be. Immutable.</summary>
public sealed class ImageEmbedding
{
    private readonly float[]? _vector;

    internal ImageEmbedding(long index, string name, float[] vector)
    {
        Index = index;
        Name = name;
        _vector = vector;
    }

    internal ImageEmbedding(long index, string name, Exception error)
    {
        Index = index;
        Name = name;
        Error = error;
    }

    /// <summary>The image's place in the input, from 0.</summary>
    public long Index { get; }

    /// <summary>The image's path or name.</summary>
    public string Name { get; }

    /// <summary>Why the image gave nothing, or <see langword="null"/> if it did: an <see cref="ImageFormatException"/>, or what the file system said.</summary>
    public Exception? Error { get; }

    /// <summary>Whether there is a vector.</summary>
    public bool IsSuccess => Error is null;

    /// <summary>The mean of the normalized patch tokens: D numbers, scaled to length 1 if the options say so.</summary>
    /// <exception cref="InvalidOperationException">The image gave nothing; the inner exception is <see cref="Error"/>.</exception>
    public float[] Vector => _vector ?? throw new InvalidOperationException($"'{Name}' has no vector: {Error!.Message} Look at IsSuccess first.", Error);

    /// <summary>The classes' logits, where there is a head.</summary>
    internal float[]? Logits { get; init; }

    /// <summary>The patch tokens, if asked for.</summary>
    public PatchTokens? Tokens { get; internal init; }

    /// <summary>The last block's attention weights, if asked for.</summary>
    public AttentionMaps? Attention { get; internal init; }

    /// <summary>The tokens behind each block asked for, not normalized.</summary>
    public IReadOnlyDictionary<int, PatchTokens> Blocks { get; internal init; } = System.Collections.Immutable.ImmutableDictionary<int, PatchTokens>.Empty;
}
