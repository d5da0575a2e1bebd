namespace Scott.Models.Imaging;

/// <summary>
/// The images of pre-training: one random crop and flip, shared by two views whose colors are then changed on their own. Also makes the one
/// view of supervised training.
/// </summary>
/// <remarks>
/// Draws in this order: crop, flip, the target's colors, the context's. Reference: <c>src/data/transforms.py</c> at commit 8b6c6f9. Differs from
/// it: the mode <see cref="ViewColorMode.Same"/>, which it declares, is there.
/// </remarks>
internal sealed class TwoViewTransform : ITwoViewTransform
{
    private readonly AugmentationSpec _spec;
    private readonly int _side;
    private readonly PixelNormalization _normalization;

    /// <param name="spec">What is drawn.</param>
    /// <param name="preprocessing">Gives the side, mean and standard deviation; its resize is the evaluation's.</param>
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
        using PixelBuffer crop = Crop(image, random);
        if (_spec.ColorMode == ViewColorMode.None)
        {
            _normalization.Write(crop, target);
            target[..TensorLength].CopyTo(context);
            return;
        }

        var targetColors = new ColorDraw(_spec, random);
        if (_spec.ColorMode == ViewColorMode.Same)
        {
            targetColors.Apply(crop);
            _normalization.Write(crop, target);
            target[..TensorLength].CopyTo(context);
            return;
        }

        var contextColors = new ColorDraw(_spec, random);
        using PixelBuffer copy = new CropBox(0, 0, _side, _side).CopyFrom(crop);
        targetColors.Apply(copy);
        _normalization.Write(copy, target);
        contextColors.Apply(crop);
        _normalization.Write(crop, context);
    }

    /// <summary>One view, its colors changed unless the mode is <see cref="ViewColorMode.None"/>.</summary>
    /// <param name="image">The decoded image, upright.</param>
    /// <param name="random">The image's own source.</param>
    /// <param name="view">[3, S, S].</param>
    public void ApplyOne(PixelBuffer image, DeterministicRandom random, Span<float> view)
    {
        using PixelBuffer crop = Crop(image, random);
        if (_spec.ColorMode != ViewColorMode.None)
        {
            new ColorDraw(_spec, random).Apply(crop);
        }

        _normalization.Write(crop, view);
    }

    private PixelBuffer Crop(PixelBuffer image, DeterministicRandom random)
    {
        CropBox box = CropBox.Draw(image.Width, image.Height, _spec, random);
        bool isFlipped = random.NextDouble() < _spec.FlipProbability;

        // Cropped first and resized then, so that nothing outside the box bleeds in.
        using PixelBuffer part = box.CopyFrom(image);
        PixelBuffer view = PillowResampler.Resize(
            part,
            ResampleAxis.Whole(part.Width, _side, 0, _side, _spec.Interpolation),
            ResampleAxis.Whole(part.Height, _side, 0, _side, _spec.Interpolation));
        if (isFlipped)
        {
            HorizontalFlip.Apply(view);
        }

        return view;
    }
}
