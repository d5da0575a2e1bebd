namespace Scott.Models.Imaging;

/// <summary>What one pass of a resize does along its axis: which part of the source becomes how many pixels, and which of those are wanted.</summary>
/// <param name="SourceLength">The source's pixels along the axis.</param>
/// <param name="Start">Where the resized part of the source begins, in source pixels. Single precision, as in Pillow.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Length">The pixels that the part becomes.</param>
/// <param name="First">The first of those that is wanted.</param>
/// <param name="Count">How many are wanted.</param>
/// <param name="Interpolation">The filter.</param>
internal readonly record struct ResampleAxis(
    int SourceLength, float Start, float End, long Length, long First, int Count, Interpolation Interpolation)
{
    /// <summary>The pass would change nothing, and Pillow leaves it out.</summary>
    public bool IsIdentity => Length == SourceLength && Start == 0 && End == Length;

    public static ResampleAxis Whole(int sourceLength, long length, long first, int count, Interpolation interpolation) =>
        new(sourceLength, 0, sourceLength, length, first, count, interpolation);
}
