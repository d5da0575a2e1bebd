namespace Scott.Models.Imaging;

/// <summary>Finds percentiles of an image's samples without sorting them: two passes of a histogram give any exact rank.</summary>
/// <remarks>As <c>numpy.percentile</c> does by default, a percentile between two samples is interpolated linearly. Alpha, NaN and infinite samples
/// do not count.</remarks>
internal static class SamplePercentiles
{
    private const int Bins = 1 << 16;
    private const uint Sign = 1u << 31;

    /// <summary>The two percentiles, 0 to 100, as a window. 0 and 0 if no sample is a finite number.</summary>
    public static SampleWindow Find(SampleImage image, double low, double high)
    {
        long[] counts = Count(image, null);
        long total = counts.Sum();
        return total == 0
            ? default
            : new SampleWindow(Percentile(image, counts, total, low), Percentile(image, counts, total, high));
    }

    private static double Percentile(SampleImage image, long[] counts, long total, double percent)
    {
        double place = percent / 100 * (total - 1);
        long rank = Math.Min((long)place, total - 1);
        double below = Ranked(image, counts, rank), above = Ranked(image, counts, Math.Min(rank + 1, total - 1));
        return below == above ? below : below + ((above - below) * (place - rank));
    }

    /// <summary>The sample of a rank, from 0.</summary>
    private static double Ranked(SampleImage image, long[] counts, long rank)
    {
        uint high = Bin(counts, ref rank);
        uint low = image.Format is SampleFormat.UInt8 or SampleFormat.UInt16 ? 0 : Bin(Count(image, high), ref rank);
        uint key = (high << 16) | low;
        return image.Format switch
        {
            SampleFormat.UInt8 => key >> 24,
            SampleFormat.UInt16 => key >> 16,
            SampleFormat.UInt32 => key,
            _ => BitConverter.UInt32BitsToSingle((key & Sign) != 0 ? key ^ Sign : ~key),
        };
    }

    /// <summary>The bin of a rank, which becomes the rank within the bin.</summary>
    private static uint Bin(long[] counts, ref long rank)
    {
        uint bin = 0;
        for (; rank >= counts[bin]; bin++)
            rank -= counts[bin];

        return bin;
    }

    /// <summary>Counts the keys by their high half, or those of one high half by their low half.</summary>
    private static long[] Count(SampleImage image, uint? high)
    {
        long[] counts = new long[Bins];
        for (int y = 0; y < image.Height; y++)
        {
            for (int channel = 0; channel < image.ColorChannels; channel++)
            {
                for (int at = channel; at < image.Width * image.Channels; at += image.Channels)
                {
                    if (Key(image, y, at) is not { } key)
                        continue;
                    if (high is null)
                        counts[key >> 16]++;
                    else if (key >> 16 == high)
                        counts[key & (Bins - 1)]++;
                }
            }
        }

        return counts;
    }

    /// <summary>A number in the order of the samples.</summary>
    private static uint? Key(SampleImage image, int y, int at)
    {
        switch (image.Format)
        {
            case SampleFormat.UInt8:
                return (uint)image.Row<byte>(y)[at] << 24;
            case SampleFormat.UInt16:
                return (uint)image.Row<ushort>(y)[at] << 16;
            case SampleFormat.UInt32:
                return image.Row<uint>(y)[at];
            default:
                float value = image.Row<float>(y)[at];
                uint bits = BitConverter.SingleToUInt32Bits(value);
                return !float.IsFinite(value) ? null : (bits & Sign) != 0 ? ~bits : bits | Sign;
        }
    }
}
