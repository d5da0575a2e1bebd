namespace Scott.Models.Datasets;

/// <summary>The widths, or heights, of a dataset's images, upright.</summary>
/// <param name="Minimum">The smallest, in pixels.</param>
/// <param name="Median">The one in the middle; between the two in the middle of an even number.</param>
/// <param name="Maximum">The largest, in pixels.</param>
public readonly record struct ImageExtent(int Minimum, double Median, int Maximum)
{
    internal static ImageExtent? Of(IEnumerable<int> pixels)
    {
        int[] sorted = [.. pixels.Order()];
        return sorted.Length == 0 ? null : new ImageExtent(sorted[0], (sorted[(sorted.Length - 1) / 2] + (double)sorted[sorted.Length / 2]) / 2, sorted[^1]);
    }
}
