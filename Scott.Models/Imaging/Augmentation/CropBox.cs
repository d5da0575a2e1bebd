namespace Scott.Models.Imaging;

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
