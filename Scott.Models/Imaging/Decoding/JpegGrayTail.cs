namespace Scott.Models.Imaging;

/// <summary>Looks where a decoder leaves gray when data runs out: at the last pixel, and in the last unit before each restart marker.</summary>
internal static class JpegGrayTail
{
    private const byte MiddleGray = 128;
    private const int BlockPixels = 8;

    /// <summary>
    /// Whether the image may be gray for want of data. Missing data makes zero coefficients, and those exactly 128 in every channel. Images that
    /// are gray there for other reasons are rare, and a closer check clears them.
    /// </summary>
    /// <param name="pixels">The decoded image, not yet turned upright.</param>
    /// <param name="structure">What the markers say.</param>
    public static bool IsSuspect(PixelBuffer pixels, in JpegStructure structure)
    {
        JpegFrame frame = structure.Frame;

        // Four components are ink, not light, and where each component has a scan of its own one may lack while the others color the place:
        // gray looks different there. Both are rare enough to check always.
        if (frame.ComponentCount == JpegFrame.MaximumComponents || structure.FirstScanComponents != frame.ComponentCount || IsGray(pixels, pixels.Width - 1, pixels.Height - 1))
        {
            return true;
        }

        if (structure.RestartInterval == 0)
        {
            return false;
        }

        bool isSingle = frame.ComponentCount == 1;
        (int across, int down) = frame.Units(isSingle ? 0 : -1);
        int unitWidth = BlockPixels * (isSingle ? 1 : frame.HorizontalBlocks), unitHeight = BlockPixels * (isSingle ? 1 : frame.VerticalBlocks);
        for (long end = structure.RestartInterval; end < (long)across * down; end += structure.RestartInterval)
        {
            int x = Middle((int)((end - 1) % across), unitWidth, frame.Width, pixels.Width);
            int y = Middle((int)((end - 1) / across), unitHeight, frame.Height, pixels.Height);
            if (IsGray(pixels, x, y))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A pixel of a unit along one axis that no neighboring unit's color reaches, in an image that may be decoded at a smaller scale.</summary>
    private static int Middle(int unit, int unitPixels, int fullLength, int length) =>
        (int)(Math.Min(((long)unit * unitPixels) + (unitPixels / 2), fullLength - 1) * length / fullLength);

    private static bool IsGray(PixelBuffer pixels, int x, int y) =>
        pixels.Row(y).Slice(x * PixelBuffer.BytesPerPixel, 3) is [MiddleGray, MiddleGray, MiddleGray];
}
