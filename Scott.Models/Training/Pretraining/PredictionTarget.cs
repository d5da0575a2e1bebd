using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>What the target encoder makes of images: the tokens that are to be predicted [B, N, D], and a vector of each image [B, D].</summary>
/// <remarks>Both are made of normalized tokens. Without gradients, in single precision, in the caller's dispose scope.</remarks>
internal readonly record struct PredictionTarget(Tensor Tokens, Tensor Images)
{
    /// <summary>Runs the encoder on images [B, 3, H, W] and averages the tokens of its last blocks.</summary>
    public static PredictionTarget Compute(Backbone encoder, Tensor images, int blocks)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor Normalize(Tensor tokens) => FeatureNorm.Apply(encoder.ApplyFinalNorm(tokens).to_type(ScalarType.Float32));
        Tensor last;
        Tensor tokens;
        if (blocks == 1)
        {
            tokens = last = Normalize(encoder.call(images, null));
        }
        else
        {
            int depth = encoder.Architecture.Depth;
            var details = new BackboneDetails { Blocks = Enumerable.Range(depth - blocks, blocks).ToHashSet() };
            BackboneOutput output = encoder.ForwardWithDetails(images, null, details);
            last = Normalize(output.Tokens);
            tokens = FeatureNorm.Apply(stack(output.Blocks.Values.Select(Normalize), 0).mean([0]));
        }

        return new PredictionTarget(tokens.MoveToOuterDisposeScope(), last.mean([1]).MoveToOuterDisposeScope());
    }
}
