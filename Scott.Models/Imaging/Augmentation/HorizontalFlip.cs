using System.Runtime.InteropServices;

namespace Scott.Models.Imaging;

/// <summary>Mirrors an image left to right, in place.</summary>
internal static class HorizontalFlip
{
    public static void Apply(PixelBuffer image)
    {
        for (int y = 0; y < image.Height; y++)
        {
            MemoryMarshal.Cast<byte, uint>(image.Row(y)).Reverse();
        }
    }
}
