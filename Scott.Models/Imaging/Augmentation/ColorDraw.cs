namespace Scott.Models.Imaging;

/// <summary>One draw of what happens to a view's colors. Everything is drawn, whether it takes place or not, so that draws never shift each other.</summary>
internal sealed class ColorDraw
{
    private const int Operations = 3;
    private const int Jitters = 4;

    private readonly AugmentationSpec _spec;
    private readonly bool _isApplied;
    private readonly int[] _order;
    private readonly int[] _jitterOrder;
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
        _order = Order(Operations, random);
        _isJittered = random.NextDouble() < spec.JitterProbability;
        _jitterOrder = Order(Jitters, random);
        _brightness = (float)random.NextDouble(1 - spec.Brightness, 1 + spec.Brightness);
        _contrast = (float)random.NextDouble(1 - spec.Contrast, 1 + spec.Contrast);
        _saturation = (float)random.NextDouble(1 - spec.Saturation, 1 + spec.Saturation);
        _hue = random.NextDouble(-spec.Hue, spec.Hue);
        _isGray = random.NextDouble() < spec.GrayscaleProbability;
        _isBlurred = random.NextDouble() < spec.BlurProbability;
        _sigma = random.NextDouble(spec.MinimumBlurSigma, spec.MaximumBlurSigma);
    }

    /// <summary>Whether the view is left as it is.</summary>
    public bool ChangesNothing => !_isApplied || !(_isJittered || _isGray || _isBlurred);

    /// <summary>Changes a view in place.</summary>
    public void Apply(PixelBuffer view)
    {
        if (ChangesNothing)
        {
            return;
        }

        foreach (int operation in _order)
        {
            switch (operation)
            {
                case 0 when _isJittered:
                    Jitter(view);
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

    private void Jitter(PixelBuffer view)
    {
        foreach (int operation in _jitterOrder)
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

    private static int[] Order(int count, DeterministicRandom random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
