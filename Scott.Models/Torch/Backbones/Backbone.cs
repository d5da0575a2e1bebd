using Scott.Models.Weights;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A backbone on a torch device: images in, patch tokens out. Starts in evaluation mode.</summary>
/// <remarks>
/// Paper, section 3; reference: <c>src/models/scott.py</c> and <c>vit.py</c> at commit 8b6c6f9, with the same state-dict names. Differs from the
/// reference: the keep-mask is an argument, not a global, so any number of threads may run one backbone in evaluation mode, each in its own
/// dispose scope. Only one thread at a time may train it.
/// </remarks>
public sealed class Backbone : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "tokenizer")] private readonly Layer<Tensor?> _tokenizer;
    [ComponentName(Name = "transformer")] private readonly Transformer _transformer;

    private Backbone(ScottArchitecture architecture)
        : base(nameof(Backbone))
    {
        Architecture = architecture;
        _tokenizer = architecture.Tokenizer == TokenizerKind.Scott
            ? new SparseConvTokenizer(architecture.Channels, architecture.EmbeddingWidth, architecture.Grid)
            : new PatchTokenizer(architecture.Channels, architecture.EmbeddingWidth, architecture.PatchPixels);
        _transformer = new Transformer(architecture, architecture.Depth);
        RegisterComponents();
    }

    /// <summary>The backbone's shape.</summary>
    public ScottArchitecture Architecture { get; }

    /// <summary>The device of the weights; inputs must be on it too.</summary>
    public torch.Device Device => parameters().First().device;

    /// <summary>Whether the backward pass computes activations again instead of keeping them: less memory, but one more forward pass.</summary>
    /// <value>Default: <see langword="false"/>. On the CPU only; elsewhere the forward pass throws <see cref="NotSupportedException"/>.</value>
    public bool UsesActivationCheckpointing
    {
        get => _transformer.UsesActivationCheckpointing;
        set => _transformer.UsesActivationCheckpointing = value;
    }

    internal Layer<Tensor?> Tokenizer => _tokenizer;

    /// <summary>Images and a keep-mask → tokens of every patch, neither pooled nor normalized.</summary>
    /// <param name="images">[B, 3, H, W], channels red, green, blue, normalized as the model's preprocessing says.</param>
    /// <param name="keepMask">[B, N], 1 = visible, 0 = hidden; <see langword="null"/> if all patches are visible.</param>
    /// <returns>[B, N, D], patches row-major; in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">A shape is not as expected.</exception>
#pragma warning disable CA1725 // The base class calls them input1 and input2.
    public override Tensor forward(Tensor images, Tensor? keepMask)
#pragma warning restore CA1725
    {
        CheckShapes(images, keepMask);
        using DisposeScope scope = NewDisposeScope();
        return _transformer.call(_tokenizer.call(images, keepMask), keepMask).MoveToOuterDisposeScope();
    }

    /// <summary>Like <see cref="forward"/>, but also returns intermediate values. Attention is computed without the fused kernel.</summary>
    /// <param name="images">As in <see cref="forward"/>.</param>
    /// <param name="keepMask">As in <see cref="forward"/>.</param>
    /// <param name="details">What to return beside the tokens.</param>
    /// <exception cref="ArgumentException">A shape is not as expected, or a block does not exist.</exception>
    public BackboneOutput ForwardWithDetails(Tensor images, Tensor? keepMask, BackboneDetails details)
    {
        ArgumentNullException.ThrowIfNull(details);
        CheckShapes(images, keepMask);
        foreach (int block in details.Blocks.Where(block => block < 0 || block >= Architecture.Depth))
            throw new ArgumentException($"Block {block} does not exist; expected 0 to {Architecture.Depth - 1}.", nameof(details));

        using Tensor tokens = _tokenizer.call(images, keepMask);
        return _transformer.ForwardWithDetails(tokens, keepMask, details);
    }

    /// <summary>The norm that makes features of tokens: the learned final norm of a standard ViT, otherwise LayerNorm without weights.</summary>
    /// <param name="tokens">[…, D].</param>
    /// <returns>[…, D]; in the caller's dispose scope.</returns>
    public Tensor Normalize(Tensor tokens) => _transformer.Normalize(tokens);

    /// <summary>Images [B, 3, H, W], all patches visible → normalized tokens, in the caller's dispose scope.</summary>
    internal NormalizedTokens ForwardNormalized(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stream = ForwardAll(images); // [B, T, D]
        Tensor patches = _transformer.Normalize(_transformer.PatchesOf(stream)).MoveToOuterDisposeScope();
        Tensor? classToken = _transformer.ClassTokenOf(stream) is { } raw ? _transformer.Normalize(raw).MoveToOuterDisposeScope() : null;
        return new NormalizedTokens(patches, classToken);
    }

    /// <summary>Images [B, 3, H, W], all patches visible → all tokens [B, T, D]: class token, registers, patches. Not normalized.</summary>
    internal Tensor ForwardAll(Tensor images)
    {
        CheckShapes(images, null);
        using DisposeScope scope = NewDisposeScope();
        return _transformer.ForwardAll(_tokenizer.call(images, null), null).MoveToOuterDisposeScope();
    }

    /// <summary>Only the learned final norm of a standard ViT: SCOTT's tokens stay as they are. […, D] → […, D].</summary>
    internal Tensor ApplyFinalNorm(Tensor tokens) => _transformer.ApplyFinalNorm(tokens);

    /// <summary>A copy of the weights in managed memory, in single precision.</summary>
    public WeightSet ToWeightSet() => ModuleWeights.Export(this);

    /// <summary>Builds a backbone and loads weights that fit it.</summary>
    internal static Backbone Create(ScottArchitecture architecture, WeightSet weights, TorchDevice device)
    {
        architecture.Validate();
        WeightSpec.RequireFit("the backbone", weights, BackboneLayout.Backbone(architecture));
        torch.Device torchDevice = device.ToTorch(); // Loads libtorch, so it comes before the first module.
        return ModuleWeights.Place(new Backbone(architecture), weights, torchDevice);
    }

    private void CheckShapes(Tensor images, Tensor? keepMask)
    {
        ArgumentNullException.ThrowIfNull(images);
        (int channels, int height, int width) = (Architecture.Channels, Architecture.ImageHeight, Architecture.ImageWidth);
        if (images.shape is not [_, ..] || !images.shape.AsSpan(1).SequenceEqual([channels, height, width]))
        {
            throw new ArgumentException(
                $"Images have shape {WeightTensor.Describe(images.shape)}; expected [B, {channels}, {height}, {width}]. "
                    + "For another size, use ScottModel.WithImageSize.",
                nameof(images));
        }

        if (keepMask is not null && (keepMask.shape is not [long batch, long patches] || batch != images.shape[0] || patches != Architecture.Patches))
        {
            throw new ArgumentException(
                $"The keep-mask has shape {WeightTensor.Describe(keepMask.shape)}; expected [{images.shape[0]}, {Architecture.Patches}].",
                nameof(keepMask));
        }
    }
}
