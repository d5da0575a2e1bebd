using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A square 2-D convolution without initial values. See <see cref="LinearProjection"/>.</summary>
internal sealed class Convolution(int inputs, int outputs, int kernel, int stride, int padding, bool hasBias) : Layer(nameof(Convolution))
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight = nn.Parameter(empty(outputs, inputs, kernel, kernel));
    [ComponentName(Name = "bias")] private readonly Parameter? _bias = hasBias ? nn.Parameter(empty(outputs)) : null;

    /// <summary>[outputs, inputs, kernel, kernel].</summary>
    public Tensor Weight => _weight;

    /// <summary>The same map, [B, C, H, W], with channels-last strides: convolutions and pools are faster on them, and keep them.</summary>
    public static Tensor ChannelsLast(Tensor map) => map.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>[B, inputs, H, W] → [B, outputs, H/stride, W/stride].</summary>
    protected override Tensor Compute(Tensor input) =>
        nn.functional.conv2d(input, _weight, _bias, strides: [stride, stride], padding: [padding, padding]);
}
