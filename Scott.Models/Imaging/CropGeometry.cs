namespace Scott.Models.Imaging;

/// <summary>Where the center crop lies in the image whose short side has been resized.</summary>
/// <remarks>
/// Follows torchvision 0.14: <c>_compute_resized_output_size</c>, whose long side is cut to a whole number, and <c>center_crop</c>, whose
/// offsets are rounded half to even.
/// </remarks>
internal readonly record struct CropGeometry(long Width, long Height, long Left, long Top)
{
    public static CropGeometry Of(int width, int height, PreprocessingSpec spec)
    {
        int shortSide = Math.Min(width, height), longSide = Math.Max(width, height);
        long resizedLong = (long)((double)((long)spec.ResizePixels * longSide) / shortSide);
        (long resizedWidth, long resizedHeight) = width <= height ? (spec.ResizePixels, resizedLong) : (resizedLong, (long)spec.ResizePixels);
        return new CropGeometry(resizedWidth, resizedHeight, Offset(resizedWidth, spec.ImagePixels), Offset(resizedHeight, spec.ImagePixels));
    }

    private static long Offset(long length, int crop) => (long)Math.Round((length - crop) / 2.0, MidpointRounding.ToEven);
}
