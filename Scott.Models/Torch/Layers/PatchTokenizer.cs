using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>ViT's tokenizer: one linear projection of each patch. It ignores the mask: the transformer replaces hidden patches' tokens.</summary>
/// <remarks>Reference: <c>PatchEmbed</c> in <c>src/models/vit.py</c> at commit 8b6c6f9.</remarks>
internal sealed class PatchTokenizer : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "proj")]
    private readonly Convolution _projection;

    public PatchTokenizer(int width, int patchPixels)
        : base(nameof(PatchTokenizer))
    {
        _projection = new Convolution(3, width, kernel: patchPixels, stride: patchPixels, padding: 0, hasBias: true);
        RegisterComponents();
    }

    /// <summary>Images [B, 3, S, S] → tokens [B, N, D].</summary>
    public override Tensor forward(Tensor images, Tensor? keepMask)
    {
        using DisposeScope scope = NewDisposeScope();
        return _projection.call(images).flatten(2).transpose(1, 2).MoveToOuterDisposeScope();
    }
}
