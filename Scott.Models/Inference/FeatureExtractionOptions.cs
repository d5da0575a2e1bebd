using System.Collections.Frozen;

namespace Scott.Models.Inference;

/// <summary>How features are extracted, and what is returned beside the vector. Immutable.</summary>
public sealed record FeatureExtractionOptions : InferenceOptions
{
    /// <summary>How an image's tokens become its vector.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="ScottArchitecture.DefaultPooling"/>: the class token if the model has one, otherwise the
    /// mean of the patch tokens.</value>
    public EmbeddingPooling? Pooling { get; init; }

    /// <summary>Whether the vector is scaled to length 1, so that a dot product is the cosine similarity.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool UnitLength { get; init; }

    /// <summary>Whether the patch tokens are returned.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IncludeTokens { get; init; }

    /// <summary>Whether the returned patch tokens are normalized by the feature norm. The tokens of <see cref="Blocks"/> never are.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool NormalizeTokens { get; init; } = true;

    /// <summary>Whether the last block's attention weights are returned.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IncludeAttention { get; init; }

    /// <summary>The blocks whose output tokens are returned.</summary>
    /// <value>Each from 0 to depth − 1; default: none.</value>
    public IReadOnlySet<int> Blocks { get; init; } = FrozenSet<int>.Empty;

    /// <summary>Whether what stores vectors (an index, prototypes, an anomaly detector) refuses those of this extractor if another model or other
    /// settings made the stored ones.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool CheckFingerprint { get; init; } = true;

    /// <summary>Checks every setting.</summary>
    /// <param name="architecture">The backbone's architecture, which limits the blocks and the batch size.</param>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate(ScottArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var faults = new FaultList(nameof(FeatureExtractionOptions));
        long tokens = architecture.Tokens;
        AddFaults(faults, IncludeAttention ? architecture.Heads * tokens * tokens : tokens * architecture.EmbeddingWidth, architecture);
        faults.RequirePooling(Pooling, architecture);
        foreach (int block in Blocks)
            faults.RequireRange("A block", block, 0, architecture.Depth - 1);

        faults.ThrowIfAny();
        Decoding.Validate();
    }
}
