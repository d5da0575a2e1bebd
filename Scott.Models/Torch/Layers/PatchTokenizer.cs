using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>ViT's tokenizer: one linear projection of each patch. It ignores the mask: the transformer replaces hidden patches' tokens.</summary>
/// <remarks>Reference: <c>PatchEmbed</c> in <c>src/models/vit.py</c> at commit 8b6c6f9.</remarks>
internal sealed class PatchTokenizer(int channels, int width, int patchPixels) : Layer<Tensor?>(nameof(PatchTokenizer))
{
    [ComponentName(Name = "proj")]
    private readonly Convolution _projection = new(channels, width, patchPixels, patchPixels, padding: 0, hasBias: true);

    /// <summary>Images [B, C, H, W] → tokens [B, N, D].</summary>
    protected override Tensor Compute(Tensor images, Tensor? keepMask) => _projection.call(images).flatten(2).transpose(1, 2);
}
