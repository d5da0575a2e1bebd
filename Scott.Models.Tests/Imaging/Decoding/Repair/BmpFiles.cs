using System.Buffers.Binary;

namespace Scott.Models.Tests.Imaging;

/// <summary>BMP files with palettes, in every version of the header.</summary>
internal static class BmpFiles
{
    private const int FileHeaderBytes = 14;

    /// <summary>A drawing in the first colors of a palette.</summary>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="bits">Bits per pixel.</param>
    /// <param name="headerBytes">12 for OS/2 1, 16 or 64 for OS/2 2, 40 and up for Windows.</param>
    /// <param name="paletteColors">The colors in the file, whatever its header says.</param>
    /// <param name="usedColors">The colors that pixels have.</param>
    /// <param name="isTopDown">The first row is the upper one.</param>
    public static byte[] Palette(int width, int height, int bits, int headerBytes, int paletteColors, int usedColors, bool isTopDown = false)
    {
        int colorBytes = headerBytes == 12 ? 3 : 4, stride = ((width * bits) + 31) / 32 * 4;
        int start = FileHeaderBytes + headerBytes + (paletteColors * colorBytes);
        byte[] file = new byte[start + (stride * height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), start);
        Span<byte> info = file.AsSpan(FileHeaderBytes, headerBytes);
        BinaryPrimitives.WriteInt32LittleEndian(info, headerBytes);
        if (headerBytes == 12)
        {
            BinaryPrimitives.WriteInt16LittleEndian(info[4..], (short)width);
            BinaryPrimitives.WriteInt16LittleEndian(info[6..], (short)height);
            (info[8], info[10]) = (1, (byte)bits);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(info[4..], width);
            BinaryPrimitives.WriteInt32LittleEndian(info[8..], isTopDown ? -height : height);
            (info[12], info[14]) = (1, (byte)bits);
        }

        for (int i = 0; i < paletteColors; i++)
        {
            Span<byte> color = file.AsSpan(FileHeaderBytes + headerBytes + (i * colorBytes));
            (color[0], color[1], color[2]) = ((byte)(200 - (i * 3)), (byte)(40 + (i * 5)), (byte)(i * 7));
        }

        for (int i = 0; i < width * height; i++)
        {
            int x = i % width, y = i / width, bit = x * bits;
            int row = start + ((isTopDown ? y : height - 1 - y) * stride);
            file[row + (bit / 8)] |= (byte)(((x + (3 * y)) % usedColors) << (8 - bits - (bit % 8)));
        }

        return file;
    }
}
