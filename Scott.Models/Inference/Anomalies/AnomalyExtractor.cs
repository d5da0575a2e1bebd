using System.Collections.Frozen;

namespace Scott.Models.Inference;

/// <summary>Computes the tokens that describe patches: the model up to the last block that is needed, on the whole image. Thread-safe.</summary>
internal sealed class AnomalyExtractor : IDisposable
{
    public AnomalyExtractor(ScottModel model, AnomalyOptions options)
    {
        options.Validate(model.Architecture);
        Options = options;
        int[] blocks = options.BlocksOf(model.Architecture);
        Patches = PatchesOf(model, options);
        Fingerprint = FingerprintOf(model, options);

        // Nothing behind the last block is computed, and nothing of the image is cropped.
        PreprocessingSpec square = model.Preprocessing.ForSize(options.ImagePixels, options.ImagePixels) with
        {
            Resize = ResizeMode.Stretch,
            ResizePixels = options.ImagePixels,
        };
        var front = new ScottModel(model.Architecture with { Depth = blocks[^1] + 1 }, model.Preprocessing, model.Weights, model.Metadata);
        ScottModel resized = front.ResizedTo(square);
        Grid = resized.Architecture.Grid;
        Features = new FeatureExtractorBuilder(resized).WithOptions(options.Extraction with
        {
            Blocks = blocks.ToFrozenSet(),
            Pooling = null,
            UnitLength = false,
            IncludeTokens = false,
            IncludeAttention = false,
        }).Build();
    }

    public AnomalyOptions Options { get; }

    public FeatureExtractor Features { get; }

    public PatchFeatures Patches { get; }

    public VectorFingerprint Fingerprint { get; }

    public PatchGrid Grid { get; }

    /// <summary>How vectors are made with legal options.</summary>
    public static PatchFeatures PatchesOf(ScottModel model, AnomalyOptions options) => new(
        options.BlocksOf(model.Architecture), options.Neighborhood, options.Scaling, model.Architecture.EmbeddingWidth);

    /// <summary>The fingerprint of the whole model in its own size: what the detector changes about it stands in the output.</summary>
    public static VectorFingerprint FingerprintOf(ScottModel model, AnomalyOptions options)
    {
        PatchFeatures patches = PatchesOf(model, options);
        return options.Extraction.Fingerprint(model, patches.Describe(options.ImagePixels), patches.Width) with
        {
            IsChecked = options.Extraction.CheckFingerprint,
        };
    }

    public void Dispose() => Features.Dispose();
}
