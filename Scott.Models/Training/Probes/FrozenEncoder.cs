using Scott.Models.Metrics;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>A backbone whose weights stay as they are: images in, normalized tokens out. Owns the backbone.</summary>
/// <remarks>Tokens are rows in managed memory: the class token, if the architecture has one, then the patches.</remarks>
internal sealed class FrozenEncoder(ScottModel model, TorchDevice device, EmbeddingPooling pooling) : IDisposable
{
    private readonly Backbone _backbone = Backbone.Create(model.Architecture, model.Weights, device);
    private readonly int _width = model.Architecture.EmbeddingWidth;

    public Device Device => _backbone.Device;

    /// <summary>D: the length of one token.</summary>
    public int Width => _width;

    /// <summary>[count, 3, H, W], normalized → rows [count, C·D + N·D], where C is 1 with a class token and otherwise 0.</summary>
    public float[] Encode(float[] images, int count) => ImageBatches.Map(images, count, _backbone, batch =>
    {
        NormalizedTokens tokens = _backbone.ForwardNormalized(batch);
        return tokens.ClassToken is null ? tokens.Patches : cat([tokens.ClassToken.unsqueeze(1), tokens.Patches], 1);
    });

    /// <summary>Rows of tokens → the patch tokens [M, N, D], which share their memory.</summary>
    public Tensor PatchesOf(Tensor rows) => Split(rows).Patches;

    /// <summary>Rows of tokens → rows of one vector per image.</summary>
    public LabeledFeatures Pool(LabeledFeatures tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = frombuffer(tokens.Vectors, ScalarType.Float32, tokens.Vectors.Length).view(tokens.Labels.Count, tokens.Width);
        return new LabeledFeatures(Split(rows).Pool(pooling).contiguous().data<float>().ToArray(), tokens.Labels);
    }

    public void Dispose() => _backbone.Dispose();

    private NormalizedTokens Split(Tensor rows)
    {
        Tensor tokens = rows.view(rows.shape[0], -1, _width);
        return model.Architecture.HasClassToken
            ? new NormalizedTokens(tokens.narrow(1, 1, model.Architecture.Patches), tokens.select(1, 0))
            : new NormalizedTokens(tokens, null);
    }
}
