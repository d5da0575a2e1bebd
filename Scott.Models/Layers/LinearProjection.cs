using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Layers;

/// <summary>A linear layer whose values are loaded, never drawn: making one leaves torch's random state alone, which <c>nn.Linear</c> does not.</summary>
internal sealed class LinearProjection : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    public LinearProjection(int inputs, int outputs, bool hasBias = false)
        : base(nameof(LinearProjection))
    {
        _weight = nn.Parameter(empty(outputs, inputs));
        _bias = hasBias ? nn.Parameter(empty(outputs)) : null;
        RegisterComponents();
    }

    /// <summary>[…, inputs] → […, outputs].</summary>
    public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
}
