using System.Runtime.InteropServices;

namespace Scott.Models.Imaging;

/// <summary>Mirrors a picture left to right, in place.</summary>
internal static class HorizontalFlip
{
    public static void Apply(PixelBuffer picture)
    {
        for (int y = 0; y < picture.Height; y++)
        {
            MemoryMarshal.Cast<byte, uint>(picture.Row(y)).Reverse();
        }
    }
}
