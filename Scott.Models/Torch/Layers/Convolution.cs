using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A square 2-D convolution without initial values. See <see cref="LinearProjection"/>.</summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    private readonly long[] _stride;
    private readonly long[] _padding;

    public Convolution(int inputs, int outputs, int kernel, int stride, int padding, bool hasBias)
        : base(nameof(Convolution))
    {
        _stride = [stride, stride];
        _padding = [padding, padding];
        _weight = nn.Parameter(empty(outputs, inputs, kernel, kernel));
        _bias = hasBias ? nn.Parameter(empty(outputs)) : null;
        RegisterComponents();
    }

    /// <summary>The kernel, [outputs, inputs, kernel, kernel].</summary>
    public Tensor Weight => _weight;

    /// <summary>[B, inputs, H, W] → [B, outputs, H/stride, W/stride].</summary>
    public override Tensor forward(Tensor input) => nn.functional.conv2d(input, _weight, _bias, strides: _stride, padding: _padding);
}
