using System.Numerics;

namespace Scott.Models.Imaging;

/// <summary>The samples of an image that become 0 and 1. See <see cref="SampleRange"/>.</summary>
internal readonly record struct SampleWindow(double Low, double High)
{
    /// <summary>The window of a range in an image; <see langword="null"/> gives the whole range of the sample type.</summary>
    public static SampleWindow Of(SampleImage image, SampleRange? range)
    {
        if (range is { Kind: SampleRangeKind.Fixed })
            return new SampleWindow(range.Low, range.High);
        if (range is not null)
            return SamplePercentiles.Find(image, range.Low, range.High);

        return new SampleWindow(0, image.Format switch
        {
            SampleFormat.UInt8 => byte.MaxValue,
            SampleFormat.UInt16 => ushort.MaxValue,
            SampleFormat.UInt32 => uint.MaxValue,
            _ => 1,
        });
    }

    /// <summary>Writes one channel of a row, scaled to 0 to 1, from a column on.</summary>
    public void Read(SampleImage image, int y, int channel, Span<float> row, int left = 0)
    {
        int first = (left * image.Channels) + channel;
        switch (image.Format)
        {
            case SampleFormat.UInt8:
                Read(image.Row<byte>(y)[first..], image.Channels, row);
                break;
            case SampleFormat.UInt16:
                Read(image.Row<ushort>(y)[first..], image.Channels, row);
                break;
            case SampleFormat.UInt32:
                Read(image.Row<uint>(y)[first..], image.Channels, row);
                break;
            default:
                Read(image.Row<float>(y)[first..], image.Channels, row);
                break;
        }
    }

    private void Read<T>(ReadOnlySpan<T> samples, int step, Span<float> row)
        where T : unmanaged, INumber<T>
    {
        (double low, double high) = this;
        double range = high - low;
        for (int x = 0, at = 0; x < row.Length; x++, at += step)
        {
            double value = double.CreateTruncating(samples[at]);

            // NaN is not over the low end.
            row[x] = value > low ? value < high ? (float)((value - low) / range) : 1 : 0;
        }
    }
}
