using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Adapts the first layer of a model of three channels to another number.</summary>
internal static class ChannelAdapter
{
    /// <summary>The weights with the filters of the first layer [outputs, 3, h, w] → [outputs, C, h, w]; see
    /// <see cref="ScottModel.WithImageChannels"/>.</summary>
    public static WeightSet Adapt(WeightSet weights, int channels) => new(weights.Select(weight =>
        weight.Name is BackboneLayout.FirstConvolutionName or BackboneLayout.PatchProjectionName ? Adapt(weight, channels) : weight));

    private static WeightTensor Adapt(WeightTensor filters, int channels)
    {
        const int Rgb = ScottArchitecture.RgbChannels;
        float[] old = filters.ToArray();
        long[] shape = filters.Shape.ToArray();
        int outputs = (int)shape[0];
        int window = (int)(shape[2] * shape[3]);
        shape[1] = channels;
        float[] adapted = new float[outputs * channels * window];
        for (int i = 0; i < adapted.Length; i++)
        {
            int output = i / (channels * window), channel = i / window % channels, place = i % window;
            float Old(int color) => old[(((output * Rgb) + color) * window) + place];
            adapted[i] = channels == 1 ? Old(0) + Old(1) + Old(2) : Old(channel % Rgb) * Rgb / channels;
        }

        return WeightTensor.Create(filters.Name, shape, adapted);
    }
}
