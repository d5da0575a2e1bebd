namespace Scott.Models.Imaging;

/// <summary>Makes the two views of an image that pre-training compares. Thread-safe; the given random source alone decides.</summary>
internal interface ITwoViewTransform
{
    /// <summary>The numbers of one view: 3 · S · S.</summary>
    int TensorLength { get; }

    /// <summary>Writes both views, normalized.</summary>
    /// <param name="image">The decoded image, upright.</param>
    /// <param name="random">The image's own source, so that the result does not depend on other draws or their order.</param>
    /// <param name="target">[3, S, S]: what the target encoder sees.</param>
    /// <param name="context">[3, S, S]: what the context encoder sees.</param>
    void Apply(PixelBuffer image, DeterministicRandom random, Span<float> target, Span<float> context);
}

/// <summary>
/// The images of pre-training: one random crop and flip, shared by two views whose colors then change separately. Also makes the one view of
/// supervised training.
/// </summary>
/// <remarks>
/// Draws in this order: crop, flip, the target's colors, the context's. Reference: <c>src/data/transforms.py</c> at commit 8b6c6f9. Differs from
/// it: the mode <see cref="ViewColorMode.Same"/>, which it only declares, works.
/// </remarks>
internal sealed class TwoViewTransform : ITwoViewTransform
{
    private readonly AugmentationSpec _spec;
    private readonly int _side;
    private readonly PixelNormalization _normalization;

    public TwoViewTransform(AugmentationSpec spec, PreprocessingSpec preprocessing)
    {
        spec.Validate();
        preprocessing.Validate();
        _spec = spec;
        _side = preprocessing.ImagePixels;
        _normalization = new PixelNormalization(preprocessing.Mean, preprocessing.StandardDeviation);
    }

    public int TensorLength => 3 * _side * _side;

    public void Apply(PixelBuffer image, DeterministicRandom random, Span<float> target, Span<float> context)
    {
        if (_spec.ColorMode != ViewColorMode.Different)
        {
            ApplyOne(image, random, target);
            target[..TensorLength].CopyTo(context);
            return;
        }

        using PixelBuffer crop = Crop(image, random);
        using PixelBuffer copy = crop.Crop(0, 0, _side, _side);
        var targetColors = new ColorDraw(_spec, random);
        var contextColors = new ColorDraw(_spec, random);
        targetColors.Apply(copy);
        _normalization.Write(copy, target);
        contextColors.Apply(crop);
        _normalization.Write(crop, context);
    }

    /// <summary>Writes one view, [3, S, S], its colors changed unless the mode is <see cref="ViewColorMode.None"/>.</summary>
    public void ApplyOne(PixelBuffer image, DeterministicRandom random, Span<float> view)
    {
        using PixelBuffer crop = Crop(image, random);
        if (_spec.ColorMode != ViewColorMode.None)
            new ColorDraw(_spec, random).Apply(crop);

        _normalization.Write(crop, view);
    }

    private PixelBuffer Crop(PixelBuffer image, DeterministicRandom random)
    {
        CropBox box = CropBox.Draw(image.Width, image.Height, _spec, random);
        bool isFlipped = random.NextDouble() < _spec.FlipProbability;

        // Cropped before the resize, so that nothing outside the box bleeds in.
        using PixelBuffer part = image.Crop(box.Left, box.Top, box.Width, box.Height);
        PixelBuffer view = PillowResampler.Resize(part, Axis(part.Width), Axis(part.Height));
        if (isFlipped)
            view.FlipHorizontally();

        return view;

        ResampleAxis Axis(int length) => ResampleAxis.Whole(length, _side, 0, _side, _spec.Interpolation);
    }
}
