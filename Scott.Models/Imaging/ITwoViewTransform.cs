namespace Scott.Models.Imaging;

/// <summary>Makes the two views of an image that pre-training compares. Thread-safe; all chance comes from the random source given.</summary>
internal interface ITwoViewTransform
{
    /// <summary>The numbers of one view: 3 · S · S.</summary>
    int TensorLength { get; }

    /// <summary>Writes both views, normalized.</summary>
    /// <param name="image">The decoded image, upright.</param>
    /// <param name="random">The image's own source, so that the result does not depend on what else is drawn, or in what order.</param>
    /// <param name="target">[3, S, S]: what the target encoder sees.</param>
    /// <param name="context">[3, S, S]: what the context encoder sees.</param>
    void Apply(PixelBuffer image, DeterministicRandom random, Span<float> target, Span<float> context);
}
