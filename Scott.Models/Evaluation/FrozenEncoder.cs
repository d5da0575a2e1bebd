using Scott.Models.Backbones;
using Scott.Models.Layers;
using Scott.Models.Native;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Evaluation;

/// <summary>A backbone whose weights stay as they are: pictures in, normalised patch tokens out. Owns the backbone.</summary>
internal sealed class FrozenEncoder(ModelSnapshot model, TorchDevice device) : IDisposable
{
    private const int BatchSize = 32;

    private readonly Backbone _backbone = Backbone.Create(model.Architecture, model.Weights, device);

    /// <summary>Where it computes.</summary>
    public Device Device => _backbone.Device;

    /// <summary>[count, 3, S, S], normalised → [count, N·D] in managed memory.</summary>
    public float[] Encode(float[] images, int count)
    {
        using IDisposable noGradient = no_grad();
        int side = model.Architecture.ImagePixels;
        int length = model.Architecture.Patches * model.Architecture.EmbeddingWidth;
        float[] tokens = new float[count * length];
        for (int from = 0; from < count; from += BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            int size = Math.Min(BatchSize, count - from);
            Tensor all = frombuffer(images, ScalarType.Float32, (long)count * 3 * side * side).view(count, 3, side, side);

            // A copy: managed memory begins anywhere, and products of unaligned numbers differ in the last bits.
            Tensor batch = all.narrow(0, from, size).to(_backbone.Device, copy: true);
            Tensor output = FeatureNorm.Apply(_backbone.call(batch, null)).cpu().contiguous(); // [b, N, D]
            output.data<float>().CopyTo(tokens.AsSpan(from * length, size * length));
        }

        return tokens;
    }

    /// <summary>Rows of N·D → rows of D: the mean over patches.</summary>
    public LabelledFeatures Pool(LabelledFeatures tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor all = frombuffer(tokens.Vectors, ScalarType.Float32, tokens.Vectors.Length);
        Tensor pooled = all.view(tokens.Labels.Count, model.Architecture.Patches, model.Architecture.EmbeddingWidth).mean([1]);
        return new LabelledFeatures(pooled.data<float>().ToArray(), tokens.Labels);
    }

    public void Dispose() => _backbone.Dispose();
}
