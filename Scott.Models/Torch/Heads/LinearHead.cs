using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The mean over patches and a linear layer.</summary>
internal sealed class LinearHead : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear")]
    private readonly LinearProjection _classifier;

    public LinearHead(int width, int classes)
        : base(nameof(LinearHead))
    {
        _classifier = new LinearProjection(width, classes, hasBias: true);
        RegisterComponents();
    }

    /// <summary>Normalized tokens [B, N, D] → logits [B, classes].</summary>
    public override Tensor forward(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        return _classifier.call(tokens.mean([1])).MoveToOuterDisposeScope();
    }
}
