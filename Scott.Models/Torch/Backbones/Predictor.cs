using Scott.Models.Weights;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Predicts the target's tokens from the context's during pre-training: a short transformer and the head SiLU, LayerNorm, linear.</summary>
/// <remarks>Takes all N context tokens and adds the position table again. Reference: <c>src/models/predictor.py</c> at commit 8b6c6f9.</remarks>
internal sealed class Predictor : nn.Module<Tensor, Tensor>
{
    /// <summary>The reference's number of blocks.</summary>
    public const int DefaultDepth = 3;

    [ComponentName(Name = "transformer")]
    private readonly Transformer _transformer;

    [ComponentName(Name = "head")]
    private readonly Sequential _head;

    private Predictor(ScottArchitecture architecture, int depth)
        : base(nameof(Predictor))
    {
        int width = architecture.EmbeddingWidth;
        _transformer = new Transformer(architecture, depth);
        _head = nn.Sequential(("0", nn.SiLU()), ("1", nn.LayerNorm(width)), ("2", new LinearProjection(width, width, hasBias: true)));
        RegisterComponents();
    }

    /// <summary>[B, N, D] → [B, N, D].</summary>
    public override Tensor forward(Tensor contextTokens)
    {
        using DisposeScope scope = NewDisposeScope();
        return _head.call(_transformer.call(contextTokens, null)).MoveToOuterDisposeScope();
    }

    /// <summary>Builds a predictor and loads weights that fit it; in evaluation mode.</summary>
    public static Predictor Create(ScottArchitecture architecture, int depth, WeightSet weights, TorchDevice device)
    {
        WeightSpec.RequireFit("the predictor", weights, BackboneLayout.Predictor(architecture, depth));
        torch.Device torchDevice = device.ToTorch();
        return ModuleWeights.Place(new Predictor(architecture, depth), weights, torchDevice);
    }
}
