using Scott.Models.Metrics;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>A backbone whose weights stay as they are: images in, normalized patch tokens out. Owns the backbone.</summary>
internal sealed class FrozenEncoder(ScottModel model, TorchDevice device) : IDisposable
{
    private readonly Backbone _backbone = Backbone.Create(model.Architecture, model.Weights, device);

    public Device Device => _backbone.Device;

    /// <summary>[count, 3, S, S], normalized → [count, N·D] in managed memory.</summary>
    public float[] Encode(float[] images, int count) =>
        ImageBatches.Map(images, count, _backbone, batch => FeatureNorm.Apply(_backbone.call(batch, null)));

    /// <summary>Rows of N·D → rows of D: the mean over patches.</summary>
    public LabeledFeatures Pool(LabeledFeatures tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor all = frombuffer(tokens.Vectors, ScalarType.Float32, tokens.Vectors.Length);
        Tensor pooled = all.view(tokens.Labels.Count, model.Architecture.Patches, model.Architecture.EmbeddingWidth).mean([1]);
        return new LabeledFeatures(pooled.data<float>().ToArray(), tokens.Labels);
    }

    public void Dispose() => _backbone.Dispose();
}
