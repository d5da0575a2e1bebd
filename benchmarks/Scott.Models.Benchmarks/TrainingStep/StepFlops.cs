namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>
/// The floating-point operations that one image needs in a step of MIM-JEPA with the SCOTT tokenizer and SwiGLU: two for each multiplication
/// and addition of convolutions, linears and attention.
/// </summary>
/// <remarks>
/// What is needed, not what an implementation does: the context's tokenizer counts at visible patches only, the images need no gradient, and
/// nothing is computed twice. A backward pass is two forward passes: one for the inputs, one for the weights; attention's likewise. Left out, as
/// is usual: norms, activations, softmax, pools and the fixed blur, loss, optimizer. Kernels at the border count in full.
/// </remarks>
/// <param name="architecture">The backbone's.</param>
/// <param name="predictorDepth">The predictor's number of blocks.</param>
/// <param name="visiblePatches">The patches of an image that the context encoder sees.</param>
internal sealed class StepFlops(ScottArchitecture architecture, int predictorDepth, int visiblePatches)
{
    private const long PerProduct = 2;
    private const long Area = BackboneLayout.TokenizerKernel * BackboneLayout.TokenizerKernel;
    private const long ImageChannels = 3;

    private readonly long _width = architecture.EmbeddingWidth;
    private readonly long _tokens = architecture.Patches + architecture.RegisterTokens;

    /// <summary>One forward pass over every patch.</summary>
    public long Target => FirstConvolution(architecture.Patches) + SecondConvolution(architecture.Patches) + (architecture.Depth * Block);

    /// <summary>Forward and backward, the tokenizer at visible patches.</summary>
    public long Context => (2 * FirstConvolution(visiblePatches)) + (3 * SecondConvolution(visiblePatches)) + (3 * architecture.Depth * Block);

    /// <summary>Forward and backward.</summary>
    public long Predictor => 3 * ((predictorDepth * Block) + (PerProduct * architecture.Patches * _width * _width));

    public long Total => Target + Context + Predictor;

    /// <summary>One transformer block, forward: query, key, value and output; the gated feed-forward layer; scores and weighted sums.</summary>
    public long Block =>
        (PerProduct * _tokens * _width * ((4 * _width) + (3 * architecture.FeedForwardWidth))) + (PerProduct * 2 * _tokens * _tokens * _width);

    /// <summary>The 3 → 64 convolution at the 8×8 outputs of each of so many patches, forward.</summary>
    public static long FirstConvolution(long patches) => PerProduct * patches * 64 * Area * ImageChannels * BackboneLayout.TokenizerChannels;

    /// <summary>The 64 → D convolution at the 2×2 outputs of each of so many patches, forward.</summary>
    public long SecondConvolution(long patches) => PerProduct * patches * 4 * Area * BackboneLayout.TokenizerChannels * _width;
}
