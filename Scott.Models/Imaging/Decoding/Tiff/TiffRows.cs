namespace Scott.Models.Imaging;

/// <summary>Puts stored rows of a page into samples, [rows, W, C].</summary>
internal sealed class TiffRows(TiffLayout layout, byte[] samples)
{
    private readonly int _bytes = SampleImage.BytesOf(layout.Format);

    /// <summary>The row of the page that the samples begin with.</summary>
    public int Top { get; set; }

    /// <summary>Writes pixels of a row from a column on; a plane is one of the channels.</summary>
    public void Write(ReadOnlySpan<byte> row, int left, int y, int width, int plane)
    {
        int channels = layout.ReadChannels;
        Span<byte> target = samples.AsSpan((int)((((long)(y - Top) * layout.Width) + left) * channels * _bytes), width * channels * _bytes);
        if (layout.IsPalette)
        {
            WriteColors(row, target);
            return;
        }

        int kept = layout.IsPlanar ? 1 : channels;
        for (int x = 0; x < width; x++)
        {
            Span<byte> pixel = target.Slice(((x * channels) + plane) * _bytes, kept * _bytes);
            if (layout.Bits < 8)
                pixel[0] = (byte)(Packed(row, x) * byte.MaxValue / ((1 << layout.Bits) - 1));
            else
                row.Slice(x * layout.StoredChannels * _bytes, pixel.Length).CopyTo(pixel);

            // Unsigned numbers of any size: the greatest minus a number is the number with all bits inverted.
            for (int i = 0; layout.IsInverted && i < pixel.Length; i++)
                pixel[i] = (byte)~pixel[i];
        }
    }

    private void WriteColors(ReadOnlySpan<byte> row, Span<byte> target)
    {
        int colors = layout.Colors.Length / 3;
        for (int x = 0; x < target.Length / 3; x++)
        {
            int index = layout.Bits == 8 ? row[x * layout.StoredChannels] : Packed(row, x);
            if (index >= colors)
                throw new InvalidDataException($"color {index} is not in its palette of {colors}");

            for (int channel = 0; channel < 3; channel++)
                target[(x * 3) + channel] = layout.Colors[(channel * colors) + index];
        }
    }

    /// <summary>A sample of 1, 2 or 4 bits.</summary>
    private int Packed(ReadOnlySpan<byte> row, int x)
    {
        int bit = x * layout.Bits;
        return (row[bit / 8] >> (8 - layout.Bits - (bit % 8))) & ((1 << layout.Bits) - 1);
    }
}
