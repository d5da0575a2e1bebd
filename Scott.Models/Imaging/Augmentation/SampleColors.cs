using System.Numerics.Tensors;

namespace Scott.Models.Imaging;

/// <summary>Changes brightness and contrast of planes of floats, [C, H, W] in 0 to 1, and saturation and hue of three of them, in place: what
/// <see cref="ColorAdjustment"/> and <see cref="HueShift"/> do with bytes, without rounding.</summary>
/// <remarks>As torchvision does with float tensors, but with the gray of ITU-R 601 as in Pillow: 0.299, 0.587, 0.114. Results are clipped.</remarks>
internal static class SampleColors
{
    public static void Brightness(Span<float> view, float factor) => BlendWith(0, view, factor);

    /// <summary>Blends with the view's mean gray; channels that are no colors blend with their own means.</summary>
    public static void Contrast(Span<float> view, int channels, float factor)
    {
        int plane = view.Length / channels;
        if (channels != ScottArchitecture.RgbChannels)
        {
            for (int at = 0; at < view.Length; at += plane)
            {
                Span<float> channel = view.Slice(at, plane);
                BlendWith(TensorPrimitives.Sum<float>(channel) / plane, channel, factor);
            }

            return;
        }

        double sum = 0;
        for (int i = 0; i < plane; i++)
            sum += Gray(view, i, plane);

        BlendWith((float)(sum / plane), view, factor);
    }

    /// <summary>Blends with the view in gray, which factor 0 gives.</summary>
    public static void Saturation(Span<float> view, float factor)
    {
        int plane = view.Length / 3;
        for (int i = 0; i < plane; i++)
        {
            float gray = Gray(view, i, plane);
            view[i] = Blend(gray, view[i], factor);
            view[i + plane] = Blend(gray, view[i + plane], factor);
            view[i + (2 * plane)] = Blend(gray, view[i + (2 * plane)], factor);
        }
    }

    /// <summary>Turns the hues by a share of the color circle.</summary>
    public static void Hue(Span<float> view, double turns)
    {
        int plane = view.Length / 3;
        for (int i = 0; i < plane; i++)
        {
            (float red, float green, float blue) = (view[i], view[i + plane], view[i + (2 * plane)]);
            float greatest = Math.Max(red, Math.Max(green, blue)), range = greatest - Math.Min(red, Math.Min(green, blue));

            // Gray has no hue.
            if (range <= 0)
                continue;

            double sextant = red == greatest ? (green - blue) / range : green == greatest ? 2 + ((blue - red) / range) : 4 + ((red - green) / range);
            double hue = sextant + (6 * turns);
            view[i] = Channel(5);
            view[i + plane] = Channel(3);
            view[i + (2 * plane)] = Channel(1);

            // A color falls from the greatest value to the least with its distance from the hue: 1 sextant away it begins, 2 away it ends.
            float Channel(int offset)
            {
                double place = (((hue + offset) % 6) + 6) % 6;
                return (float)(greatest - (range * Math.Clamp(Math.Min(place, 4 - place), 0, 1)));
            }
        }
    }

    private static float Gray(ReadOnlySpan<float> view, int at, int plane) =>
        (0.299f * view[at]) + (0.587f * view[at + plane]) + (0.114f * view[at + (2 * plane)]);

    private static void BlendWith(float degenerate, Span<float> values, float factor)
    {
        foreach (ref float value in values)
            value = Blend(degenerate, value, factor);
    }

    private static float Blend(float degenerate, float value, float factor) =>
        Math.Clamp(degenerate + (factor * (value - degenerate)), 0, 1);
}
