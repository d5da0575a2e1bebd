using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Scott.Models.Inference;

/// <summary>The features of one image, or the error if there are none. Immutable.</summary>
public sealed class ImageEmbedding
{
    private readonly float[]? _vector;

    internal ImageEmbedding(long index, string name, float[] vector) => (Index, Name, _vector) = (index, name, vector);

    internal ImageEmbedding(long index, string name, Exception error) => (Index, Name, Error) = (index, name, error);

    /// <summary>The image's place in the input, from 0.</summary>
    public long Index { get; }

    /// <summary>The image's path or name.</summary>
    public string Name { get; }

    /// <summary>Why there is no result: an <see cref="ImageFormatException"/>, a <see cref="FeatureException"/>, or what the file system or
    /// the stream threw.</summary>
    /// <value><see langword="null"/> if there is a result.</value>
    public Exception? Error { get; }

    /// <summary>Whether there is a vector.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <summary>The image's vector, as <see cref="FeatureExtractionOptions.Pooling"/> says, scaled to length 1 if the options say so.</summary>
    /// <exception cref="InvalidOperationException">There is no result; the inner exception is <see cref="Error"/>.</exception>
    public ReadOnlyMemory<float> Vector =>
        _vector ?? throw new InvalidOperationException($"'{Name}' has no vector: {Error!.Message} Check IsSuccess first.", Error);

    /// <summary>What made the vector, to store beside it.</summary>
    /// <value><see langword="null"/> if there is no vector.</value>
    public VectorFingerprint? Fingerprint => IsSuccess ? LazyFingerprint?.Value : null;

    internal Lazy<VectorFingerprint>? LazyFingerprint { get; init; }

    /// <summary>The classes' logits, if there is a head.</summary>
    internal float[]? Logits { get; init; }

    /// <summary>The patch tokens; <see langword="null"/> unless the options request them.</summary>
    public PatchTokens? Tokens { get; internal init; }

    /// <summary>The last block's attention weights; <see langword="null"/> unless the options request them.</summary>
    public AttentionMaps? Attention { get; internal init; }

    /// <summary>The output tokens of each requested block, by its number from 0, not normalized.</summary>
    public IReadOnlyDictionary<int, PatchTokens> Blocks { get; internal init; } = ImmutableDictionary<int, PatchTokens>.Empty;
}
