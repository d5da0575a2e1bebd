using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>
/// A linear layer without initial values: unlike <c>nn.Linear</c>, creating one does not change torch's random state. It can have a low-rank
/// adapter, which is added to its weight.
/// </summary>
internal sealed class LinearProjection : nn.Module<Tensor, Tensor>
{
    public const string DownSuffix = ".adapter_down";
    public const string UpSuffix = ".adapter_up";

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    private double _adapterScale;

    public LinearProjection(int inputs, int outputs, bool hasBias = false)
        : base(nameof(LinearProjection))
    {
        _weight = nn.Parameter(empty(outputs, inputs));
        _bias = hasBias ? nn.Parameter(empty(outputs)) : null;
        RegisterComponents();
    }

    public int Inputs => (int)_weight.shape[1];

    public int Outputs => (int)_weight.shape[0];

    public bool HasAdapter => _adapterScale != 0;

    /// <summary>Down, [r, inputs], and up, [outputs, r]; none without an adapter.</summary>
    public IReadOnlyList<Parameter> AdapterParameters => HasAdapter ? [get_parameter(DownSuffix[1..])!, get_parameter(UpSuffix[1..])!] : [];

    /// <summary>[…, inputs] → […, outputs].</summary>
    public override Tensor forward(Tensor input)
    {
        if (!HasAdapter)
            return nn.functional.linear(input, _weight, _bias);

        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Parameter> adapter = AdapterParameters;
        Tensor low = nn.functional.linear(nn.functional.linear(input, adapter[0]), adapter[1]);
        return nn.functional.linear(input, _weight, _bias).Plus(low.Times(_adapterScale)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds an adapter whose second matrix is zero, so that nothing changes yet.</summary>
    /// <param name="down">[rank, inputs], row-major.</param>
    /// <param name="rank">r.</param>
    /// <param name="scale">The factor of the two matrices' product; not 0.</param>
    public void Adapt(float[] down, int rank, double scale)
    {
        Tensor Like(Tensor values) => values.to(_weight.device).to_type(_weight.dtype).DetachFromDisposeScope();
        _adapterScale = scale;
        register_parameter(DownSuffix[1..], nn.Parameter(Like(tensor(down, rank, Inputs))));
        register_parameter(UpSuffix[1..], nn.Parameter(Like(zeros(Outputs, rank))));
    }

    /// <summary>The weight with the adapter added.</summary>
    public Tensor MergedWeight()
    {
        IReadOnlyList<Parameter> adapter = AdapterParameters;
        return _weight.Plus(adapter[1].matmul(adapter[0]).Times(_adapterScale));
    }
}
