namespace Scott.Models.Imaging;

/// <summary>One random change of a view's colors. Every value is drawn, even if it is not used, so the number of draws is always the same.</summary>
internal sealed class ColorDraw(AugmentationSpec spec, DeterministicRandom random)
{
    // Drawn in this order.
    private readonly bool _isApplied = random.NextDouble() < spec.ColorProbability;
    private readonly int[] _order = Shuffled(3, random);
    private readonly bool _isJittered = random.NextDouble() < spec.JitterProbability;
    private readonly int[] _jitterOrder = Shuffled(4, random);
    private readonly float _brightness = (float)random.NextDouble(1 - spec.Brightness, 1 + spec.Brightness);
    private readonly float _contrast = (float)random.NextDouble(1 - spec.Contrast, 1 + spec.Contrast);
    private readonly float _saturation = (float)random.NextDouble(1 - spec.Saturation, 1 + spec.Saturation);
    private readonly double _hue = random.NextDouble(-spec.Hue, spec.Hue);
    private readonly bool _changesHue = spec.Hue > 0; // A shift of 0 would still round every pixel.
    private readonly bool _isGray = random.NextDouble() < spec.GrayscaleProbability;
    private readonly bool _isBlurred = random.NextDouble() < spec.BlurProbability;
    private readonly double _sigma = random.NextDouble(spec.MinimumBlurSigma, spec.MaximumBlurSigma);
    private readonly int _kernelPixels = spec.BlurKernelPixels;

    /// <summary>Changes a view in place.</summary>
    public void Apply(PixelBuffer view)
    {
        foreach (int operation in _isApplied ? _order : [])
        {
            if (operation == 0 && _isJittered)
                Jitter(view);
            else if (operation == 1 && _isGray)
                ColorAdjustment.Grayscale(view);
            else if (operation == 2 && _isBlurred)
                GaussianBlur.Apply(view, _kernelPixels, _sigma);
        }
    }

    /// <summary>Changes a view of floats, [C, H, W] in 0 to 1, in place. Channels that are not red, green and blue have no saturation and no hue, and
    /// are not made gray.</summary>
    public void Apply(Span<float> view, int width, int height)
    {
        int channels = view.Length / (width * height);
        foreach (int operation in _isApplied ? _order : [])
        {
            if (operation == 0 && _isJittered)
                Jitter(view, channels);
            else if (operation == 1 && _isGray && channels == ScottArchitecture.RgbChannels)
                SampleColors.Saturation(view, 0);
            else if (operation == 2 && _isBlurred)
                GaussianBlur.Apply(view, width, height, _kernelPixels, _sigma);
        }
    }

    private void Jitter(Span<float> view, int channels)
    {
        foreach (int operation in _jitterOrder)
        {
            if (operation == 0)
                SampleColors.Brightness(view, _brightness);
            else if (operation == 1)
                SampleColors.Contrast(view, channels, _contrast);
            else if (channels != ScottArchitecture.RgbChannels)
                continue;
            else if (operation == 2)
                SampleColors.Saturation(view, _saturation);
            else if (_changesHue)
                SampleColors.Hue(view, _hue);
        }
    }

    private void Jitter(PixelBuffer view)
    {
        foreach (int operation in _jitterOrder)
        {
            if (operation == 0)
                ColorAdjustment.Brightness(view, _brightness);
            else if (operation == 1)
                ColorAdjustment.Contrast(view, _contrast);
            else if (operation == 2)
                ColorAdjustment.Saturation(view, _saturation);
            else if (_changesHue)
                HueShift.Apply(view, _hue);
        }
    }

    private static int[] Shuffled(int count, DeterministicRandom random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}
