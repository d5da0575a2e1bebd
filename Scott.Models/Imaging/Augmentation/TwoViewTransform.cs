namespace Scott.Models.Imaging;

/// <summary>Makes the two views of an image that pre-training compares. Thread-safe; only the given random source decides the result.</summary>
internal interface ITwoViewTransform
{
    /// <summary>The length of one view: channels · height · width numbers.</summary>
    int TensorLength { get; }

    /// <summary>Writes the two encoders' views of an upright image, normalized [C, H, W] each. Draws only from this random source.</summary>
    void Apply(DecodedImage image, DeterministicRandom random, Span<float> target, Span<float> context);
}

/// <summary>Makes views for pre-training, which share a random crop, flip and turn but change colors separately, and for supervised
/// training.</summary>
/// <remarks>Draws in this order: crop, flip, the target's colors, the context's. Vertical flip and quarter turn come from a stream of their own, so
/// that they change no other draw. Reference: <c>src/data/transforms.py</c> at commit 8b6c6f9. Differs from it: the mode
/// <see cref="ViewColorMode.Same"/> works, which the reference only declares; it has no vertical flip and no turns.</remarks>
internal sealed class TwoViewTransform : ITwoViewTransform
{
    private readonly AugmentationSpec _spec;
    private readonly int _width;
    private readonly int _height;
    private readonly SampleRange? _range;
    private readonly PixelNormalization _normalization;

    public TwoViewTransform(AugmentationSpec spec, PreprocessingSpec preprocessing)
    {
        spec.Validate();
        preprocessing.Validate();
        _spec = spec;
        (_width, _height, _range) = (preprocessing.ImageWidth, preprocessing.ImageHeight, preprocessing.SampleRange);
        _normalization = new PixelNormalization(preprocessing);
        TensorLength = preprocessing.TensorLength;
    }

    public int TensorLength { get; }

    public void Apply(DecodedImage image, DeterministicRandom random, Span<float> target, Span<float> context)
    {
        if (_spec.ColorMode != ViewColorMode.Different)
        {
            ApplyOne(image, random, target);
            target[..TensorLength].CopyTo(context);
            return;
        }

        if (image.SamplesFor(_range) is { } samples)
        {
            ApplyToSamples(samples, random, target[..TensorLength], context[..TensorLength]);
            return;
        }

        using PixelBuffer crop = Crop(image.Pixels, random);
        using PixelBuffer copy = crop.Crop(0, 0, _width, _height);
        var targetColors = new ColorDraw(_spec, random);
        var contextColors = new ColorDraw(_spec, random);
        targetColors.Apply(copy);
        _normalization.Write(copy, target);
        contextColors.Apply(crop);
        _normalization.Write(crop, context);
    }

    /// <summary>Writes one view, [C, H, W], its colors changed unless the mode is <see cref="ViewColorMode.None"/>.</summary>
    public void ApplyOne(DecodedImage image, DeterministicRandom random, Span<float> view)
    {
        if (image.SamplesFor(_range) is { } samples)
        {
            ApplyToSamples(samples, random, view[..TensorLength], default);
            return;
        }

        using PixelBuffer crop = Crop(image.Pixels, random);
        if (_spec.ColorMode != ViewColorMode.None)
            new ColorDraw(_spec, random).Apply(crop);

        _normalization.Write(crop, view);
    }

    /// <summary>Writes one or both views of an image of more than 8 bits, all in floats. Draws in the same order as for 8 bits.</summary>
    private void ApplyToSamples(SampleImage image, DeterministicRandom random, Span<float> target, Span<float> context)
    {
        (CropBox box, ResampleAxis x, ResampleAxis y, ImageOrientation orientation) = Draw(image.Width, image.Height, random);
        SampleResampler.Resize(image, image.WindowOf(_range), (box.Left, box.Top), x, y, target);
        SampleResampler.SpreadGray(image, _width * _height, target);
        PixelOrientation.Apply(target, x.Count, y.Count, orientation);
        target.CopyTo(context.IsEmpty ? target : context);
        if (_spec.ColorMode != ViewColorMode.None)
            ChangeColors(random, target, context);

        _normalization.Write(target);
        _normalization.Write(context);
    }

    private void ChangeColors(DeterministicRandom random, Span<float> target, Span<float> context)
    {
        var targetColors = new ColorDraw(_spec, random);
        if (!context.IsEmpty)
            new ColorDraw(_spec, random).Apply(context, _width, _height);

        targetColors.Apply(target, _width, _height);
    }

    private PixelBuffer Crop(PixelBuffer image, DeterministicRandom random)
    {
        (CropBox box, ResampleAxis x, ResampleAxis y, ImageOrientation orientation) = Draw(image.Width, image.Height, random);

        // The crop comes before the resize, so that pixels outside the box have no influence.
        using PixelBuffer part = image.Crop(box.Left, box.Top, box.Width, box.Height);
        return PixelOrientation.Apply(PillowResampler.Resize(part, x, y), orientation);
    }

    /// <summary>A box, how it is resized, and how it is turned then: to the view's size, also if that is not square.</summary>
    private (CropBox Box, ResampleAxis X, ResampleAxis Y, ImageOrientation Orientation) Draw(int width, int height, DeterministicRandom random)
    {
        CropBox box = CropBox.Draw(width, height, _spec, random);
        ImageOrientation orientation = DrawOrientation(random);
        (int across, int down) = orientation.Transposes ? (_height, _width) : (_width, _height);
        return (box, Axis(box.Width, across), Axis(box.Height, down), orientation);
    }

    private ResampleAxis Axis(int length, int target) => ResampleAxis.Whole(length, target, 0, target, _spec.Interpolation);

    private ImageOrientation DrawOrientation(DeterministicRandom random)
    {
        bool isFlipped = random.NextDouble() < _spec.FlipProbability;
        if (_spec.VerticalFlipProbability + _spec.QuarterTurnProbability == 0)
            return new ImageOrientation(false, isFlipped, false);

        // Every value is drawn, even if it is not used, so that neither probability changes what the other does.
        DeterministicRandom own = random.Fork("orientation");
        var orientation = new ImageOrientation(false, isFlipped, own.NextDouble() < _spec.VerticalFlipProbability);
        bool isTurned = own.NextDouble() < _spec.QuarterTurnProbability;
        int turns = own.NextInt32(3) + 1;
        for (int turn = 0; isTurned && turn < turns; turn++)
            orientation = orientation.TurnClockwise();

        return orientation;
    }
}

/// <summary>The part of an image that a training view shows.</summary>
internal readonly record struct CropBox(int Left, int Top, int Width, int Height)
{
    private const int Attempts = 10;

    /// <summary>Draws a box as torchvision's <c>RandomResizedCrop</c> does: ten attempts, then the largest central box of a legal shape.</summary>
    public static CropBox Draw(int width, int height, AugmentationSpec spec, DeterministicRandom random)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double area = (double)width * height * random.NextDouble(spec.MinimumScale, spec.MaximumScale);
            double aspect = Math.Exp(random.NextDouble(Math.Log(spec.MinimumAspect), Math.Log(spec.MaximumAspect)));
            int boxWidth = (int)Math.Round(Math.Sqrt(area * aspect));
            int boxHeight = (int)Math.Round(Math.Sqrt(area / aspect));
            if (boxWidth > 0 && boxWidth <= width && boxHeight > 0 && boxHeight <= height)
            {
                int top = random.NextInt32(height - boxHeight + 1);
                return new CropBox(random.NextInt32(width - boxWidth + 1), top, boxWidth, boxHeight);
            }
        }

        return Central(width, height, spec);
    }

    private static CropBox Central(int width, int height, AugmentationSpec spec)
    {
        double aspect = (double)width / height;
        int boxWidth = aspect > spec.MaximumAspect ? Math.Clamp((int)Math.Round(height * spec.MaximumAspect), 1, width) : width;
        int boxHeight = aspect < spec.MinimumAspect ? Math.Clamp((int)Math.Round(width / spec.MinimumAspect), 1, height) : height;
        return new CropBox((width - boxWidth) / 2, (height - boxHeight) / 2, boxWidth, boxHeight);
    }
}
