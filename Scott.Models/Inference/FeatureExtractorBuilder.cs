using System.Collections.Frozen;

namespace Scott.Models.Inference;

/// <summary>Sets up a <see cref="FeatureExtractor"/>. Made by <c>ScottModel.ExtractFeatures()</c>.</summary>
/// <remarks>The last call of each kind wins. Unusable after <see cref="Build"/>. Not thread-safe.</remarks>
public sealed class FeatureExtractorBuilder : InferenceBuilder<FeatureExtractorBuilder, FeatureExtractionOptions>
{
    private readonly ScottModel _model;

    internal FeatureExtractorBuilder(ScottModel model)
        : base(new FeatureExtractionOptions(), "ScottModel.ExtractFeatures()") => _model = model;

    /// <summary>Scales the vector to length 1.</summary>
    public FeatureExtractorBuilder WithUnitLength() => Set(options => options with { UnitLength = true });

    /// <summary>Sets how an image's tokens become its vector.</summary>
    /// <param name="pooling">See <see cref="FeatureExtractionOptions.Pooling"/>.</param>
    public FeatureExtractorBuilder WithPooling(EmbeddingPooling pooling) => Set(options => options with { Pooling = pooling });

    /// <summary>Returns the patch tokens too.</summary>
    /// <param name="normalized">Whether the feature norm is applied to them.</param>
    public FeatureExtractorBuilder WithTokens(bool normalized = true) =>
        Set(options => options with { IncludeTokens = true, NormalizeTokens = normalized });

    /// <summary>Returns the last block's attention weights too.</summary>
    public FeatureExtractorBuilder WithAttention() => Set(options => options with { IncludeAttention = true });

    /// <summary>Returns the output tokens of these blocks too, not normalized.</summary>
    /// <param name="blocks">The blocks, counted from 0.</param>
    public FeatureExtractorBuilder WithBlocks(params IEnumerable<int> blocks) =>
        Set(blocks, (options, value) => options with { Blocks = value.ToFrozenSet() });

    /// <summary>Sets whether stored vectors must come from the same model and settings. See <see cref="VectorFingerprint"/>.</summary>
    /// <param name="check"><see langword="false"/> if you know that unlike vectors are comparable; only their length is then checked.</param>
    public FeatureExtractorBuilder WithFingerprintCheck(bool check) => Set(options => options with { CheckFingerprint = check });

    /// <summary>Makes the extractor and loads its engine.</summary>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="NativeLibraryException">The engine's native library is missing or does not load.</exception>
    /// <exception cref="ExecutionProviderException">None of the execution providers runs.</exception>
    /// <exception cref="DeviceNotAvailableException">The torch device is not on this machine.</exception>
    /// <exception cref="InvalidOperationException"><see cref="Build"/> was called before.</exception>
    public FeatureExtractor Build() => BuildOnce((options, logger) => new FeatureExtractor(_model, options, logger));
}
