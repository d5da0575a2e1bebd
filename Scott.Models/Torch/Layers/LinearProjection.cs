using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A linear layer without initial values: unlike <c>nn.Linear</c>, creating one does not change torch's random state. It can have a low-rank
/// adapter, which is added to its weight.</summary>
internal sealed class LinearProjection(int inputs, int outputs, bool hasBias = false) : Layer(nameof(LinearProjection))
{
    public const string DownSuffix = ".adapter_down";
    public const string UpSuffix = ".adapter_up";

    [ComponentName(Name = "weight")] private readonly Parameter _weight = nn.Parameter(empty(outputs, inputs));
    [ComponentName(Name = "bias")] private readonly Parameter? _bias = hasBias ? nn.Parameter(empty(outputs)) : null;
    private double _adapterScale;

    public int Inputs => inputs;
    public int Outputs => outputs;
    public bool HasAdapter => _adapterScale != 0;

    /// <summary>Down, [r, inputs], and up, [outputs, r]; none without an adapter.</summary>
    public IReadOnlyList<Parameter> AdapterParameters => HasAdapter ? [get_parameter(DownSuffix[1..])!, get_parameter(UpSuffix[1..])!] : [];

    /// <summary>Adds an adapter: <paramref name="down"/>, [rank, inputs], and zeros, so that the output stays the same. The scale is not 0.</summary>
    public void Adapt(float[] down, int rank, double scale)
    {
        Tensor Like(Tensor values) => values.CopyTo(_weight.device).to_type(_weight.dtype).DetachFromDisposeScope();
        _adapterScale = scale;
        register_parameter(DownSuffix[1..], nn.Parameter(Like(tensor(down, rank, inputs))));
        register_parameter(UpSuffix[1..], nn.Parameter(Like(zeros(outputs, rank))));
    }

    /// <summary>The weight with the adapter added.</summary>
    public Tensor MergedWeight()
    {
        IReadOnlyList<Parameter> adapter = AdapterParameters;
        return _weight.Plus(adapter[1].matmul(adapter[0]).Times(_adapterScale));
    }

    /// <summary>[…, inputs] → […, outputs].</summary>
    public override Tensor forward(Tensor input) => HasAdapter ? base.forward(input) : nn.functional.linear(input, _weight, _bias);

    /// <summary>The forward pass with an adapter.</summary>
    protected override Tensor Compute(Tensor input)
    {
        IReadOnlyList<Parameter> adapter = AdapterParameters;
        Tensor low = nn.functional.linear(nn.functional.linear(input, adapter[0]), adapter[1]);
        return nn.functional.linear(input, _weight, _bias).Plus(low.Times(_adapterScale));
    }
}
