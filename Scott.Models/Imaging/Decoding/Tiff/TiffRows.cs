using System.Numerics;

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

        // Only colors have planes to write to; the alpha that they are divided by comes after them.
        for (int x = 0; x < width && plane < channels; x++)
        {
            Span<byte> pixel = target.Slice(((x * channels) + plane) * _bytes, (layout.IsPlanar ? 1 : channels) * _bytes);
            if (layout.Bits < 8)
                pixel[0] = (byte)(Packed(row, x) * byte.MaxValue / ((1 << layout.Bits) - 1));
            else
                row.Slice(x * layout.StoredChannels * _bytes, pixel.Length).CopyTo(pixel);

            // Unsigned numbers of any size: the greatest minus a number is the number with all bits inverted. Only the first sample is a color.
            for (int i = 0; layout.IsInverted && plane == 0 && i < _bytes; i++)
                pixel[i] = (byte)~pixel[i];
        }

        if (layout.IsDivided && plane == layout.Planes - 1)
            Divide(target, layout.IsPlanar ? row : row[(channels * _bytes)..]);
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

    /// <summary>Divides pixels by their alphas, the first of which is at the start.</summary>
    private void Divide(Span<byte> target, ReadOnlySpan<byte> alphas)
    {
        int pixel = layout.ReadChannels * _bytes, step = layout.StoredChannels * _bytes;
        for (int at = 0, from = 0; at < target.Length; at += pixel, from += step)
        {
            Span<byte> colors = target.Slice(at, pixel);
            ReadOnlySpan<byte> alpha = alphas[from..];
            if (layout.Format == SampleFormat.UInt8)
                Divide(colors, alpha[0]);
            else if (layout.Format == SampleFormat.UInt16)
                Divide(MemoryMarshal.Cast<byte, ushort>(colors), MemoryMarshal.Read<ushort>(alpha));
            else if (layout.Format == SampleFormat.UInt32)
                Divide(MemoryMarshal.Cast<byte, uint>(colors), MemoryMarshal.Read<uint>(alpha));
            else
                Divide(MemoryMarshal.Cast<byte, float>(colors), MemoryMarshal.Read<float>(alpha));
        }
    }

    /// <summary>Divides whole numbers, cuts fractions off and clips. No alpha at all changes nothing, as the greatest does.</summary>
    private static void Divide<T>(Span<T> colors, T alpha)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (alpha == T.Zero || alpha == T.MaxValue)
            return;

        foreach (ref T color in colors)
            color = T.CreateSaturating(ulong.CreateTruncating(color) * ulong.CreateTruncating(T.MaxValue) / ulong.CreateTruncating(alpha));
    }

    private static void Divide(Span<float> colors, float alpha)
    {
        if (!(alpha > 0 && float.IsFinite(alpha)))
            return;

        foreach (ref float color in colors)
            color /= alpha;
    }

    /// <summary>A sample of 1, 2 or 4 bits.</summary>
    private int Packed(ReadOnlySpan<byte> row, int x)
    {
        int bit = x * layout.Bits;
        return (row[bit / 8] >> (8 - layout.Bits - (bit % 8))) & ((1 << layout.Bits) - 1);
    }
}
