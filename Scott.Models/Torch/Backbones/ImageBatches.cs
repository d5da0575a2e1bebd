using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Moves images from managed memory to a backbone's device, and results back.</summary>
internal static class ImageBatches
{
    private const int BatchSize = 32;

    /// <summary>The first images of an array as a tensor [count, C, H, W] on the backbone's device.</summary>
    public static Tensor Load(float[] images, int count, Backbone backbone) => Load(images, 0, count, backbone);

    /// <summary>Applies a function [b, C, H, W] → [b, …] to the first images, in small batches and without gradients: [count, …].</summary>
    public static float[] Map(float[] images, int count, Backbone backbone, Func<Tensor, Tensor> compute)
    {
        using IDisposable noGradient = no_grad();
        float[] rows = [];
        for (int from = 0; from < count; from += BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor output = compute(Load(images, from, Math.Min(BatchSize, count - from), backbone)).flatten(1).cpu().contiguous();
            int width = (int)output.shape[1];
            rows = from == 0 ? new float[count * width] : rows;
            output.data<float>().CopyTo(rows.AsSpan(from * width));
        }

        return rows;
    }

    private static Tensor Load(float[] images, int from, int count, Backbone backbone)
    {
        using DisposeScope scope = NewDisposeScope();
        ScottArchitecture architecture = backbone.Architecture;
        Tensor all = frombuffer(images, ScalarType.Float32, (long)(from + count) * architecture.ImageLength)
            .view(from + count, architecture.Channels, architecture.ImageHeight, architecture.ImageWidth);
        return all.narrow(0, from, count).CopyTo(backbone.Device).MoveToOuterDisposeScope();
    }
}
