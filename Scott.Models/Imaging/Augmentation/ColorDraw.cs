namespace Scott.Models.Imaging;

/// <summary>
/// One random change of a view's colors. Every value is drawn, whether it is used or not, so that the number of draws never depends on the outcome.
/// </summary>
internal sealed class ColorDraw
{
    private readonly AugmentationSpec _spec;
    private readonly bool _isApplied;
    private readonly int[] _order = [0, 1, 2];
    private readonly int[] _jitterOrder = [0, 1, 2, 3];
    private readonly bool _isJittered;
    private readonly bool _isGray;
    private readonly bool _isBlurred;
    private readonly float _brightness;
    private readonly float _contrast;
    private readonly float _saturation;
    private readonly double _hue;
    private readonly double _sigma;

    public ColorDraw(AugmentationSpec spec, DeterministicRandom random)
    {
        _spec = spec;
        _isApplied = random.NextDouble() < spec.ColorProbability;
        random.Shuffle(_order);
        _isJittered = random.NextDouble() < spec.JitterProbability;
        random.Shuffle(_jitterOrder);
        _brightness = (float)random.NextDouble(1 - spec.Brightness, 1 + spec.Brightness);
        _contrast = (float)random.NextDouble(1 - spec.Contrast, 1 + spec.Contrast);
        _saturation = (float)random.NextDouble(1 - spec.Saturation, 1 + spec.Saturation);
        _hue = random.NextDouble(-spec.Hue, spec.Hue);
        _isGray = random.NextDouble() < spec.GrayscaleProbability;
        _isBlurred = random.NextDouble() < spec.BlurProbability;
        _sigma = random.NextDouble(spec.MinimumBlurSigma, spec.MaximumBlurSigma);
    }

    /// <summary>Changes a view in place.</summary>
    public void Apply(PixelBuffer view)
    {
        if (!_isApplied)
            return;

        foreach (int operation in _order)
        {
            switch (operation)
            {
                case 0 when _isJittered:
                    foreach (int jitter in _jitterOrder)
                        Jitter(view, jitter);

                    break;
                case 1 when _isGray:
                    ColorAdjustment.Grayscale(view);
                    break;
                case 2 when _isBlurred:
                    GaussianBlur.Apply(view, _spec.BlurKernelPixels, _sigma);
                    break;
            }
        }
    }

    private void Jitter(PixelBuffer view, int operation)
    {
        switch (operation)
        {
            case 0:
                ColorAdjustment.Brightness(view, _brightness);
                break;
            case 1:
                ColorAdjustment.Contrast(view, _contrast);
                break;
            case 2:
                ColorAdjustment.Saturation(view, _saturation);
                break;
            default:
                HueShift.Apply(view, _hue);
                break;
        }
    }
}
