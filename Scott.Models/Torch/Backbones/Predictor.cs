using Scott.Models.Weights;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Predicts the target's tokens from the context's during pre-training: a short transformer and the head SiLU, LayerNorm, linear.</summary>
/// <remarks>Takes all N context tokens and adds the position table again. Reference: <c>src/models/predictor.py</c> at commit 8b6c6f9.</remarks>
internal sealed class Predictor(ScottArchitecture architecture, int depth) : Layer(nameof(Predictor))
{
    /// <summary>The reference's number of blocks.</summary>
    public const int DefaultDepth = 3;

    [ComponentName(Name = "transformer")] private readonly Transformer _transformer = new(BackboneLayout.PredictorArchitecture(architecture), depth);

    [ComponentName(Name = "head")]
    private readonly Sequential _head = nn.Sequential(
        ("0", nn.SiLU()), ("1", nn.LayerNorm(architecture.EmbeddingWidth)),
        ("2", new LinearProjection(architecture.EmbeddingWidth, architecture.EmbeddingWidth, hasBias: true)));

    /// <summary>Makes the first weights, from random streams of their own: the encoder's blocks have the same names.</summary>
    public static WeightSet InitialWeights(ScottArchitecture architecture, int depth, long seed) =>
        WeightSpec.Initialize(BackboneLayout.Predictor(architecture, depth), seed, randomStreams: "predictor.");

    /// <summary>Builds a predictor and loads weights that fit it; in evaluation mode.</summary>
    public static Predictor Create(ScottArchitecture architecture, int depth, WeightSet weights, TorchDevice device)
    {
        WeightSpec.RequireFit("the predictor", weights, BackboneLayout.Predictor(architecture, depth));
        Device torchDevice = device.ToTorch(); // Loads libtorch, so it comes before the first module.
        return ModuleWeights.Place(new Predictor(architecture, depth), weights, torchDevice);
    }

    /// <summary>[B, N, D] → [B, N, D].</summary>
    protected override Tensor Compute(Tensor contextTokens) => _head.call(_transformer.call(contextTokens, null));
}
