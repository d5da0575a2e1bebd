using Scott.Models.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>AdamW with decoupled weight decay over named parameters, with PyTorch's arithmetic. Our own, because checkpoints must save its moments
/// and restore them bit for bit. Parameters with one dimension, or with <c>bias</c> in the name, are not decayed.</summary>
/// <remarks>Loshchilov and Hutter, 2019. Owns its moments, not the parameters. For one thread at a time.</remarks>
internal sealed class AdamW : IDisposable
{
    public const double Beta1 = 0.9;
    public const double Beta2 = 0.999;
    public const double Epsilon = 1e-8;

    private const string FirstMoment = "exp_avg.";
    private const string SecondMoment = "exp_avg_sq.";

    private readonly List<Slot> _slots;

    /// <summary>For parameters with unique names; <paramref name="rateOf"/> gives the factor of a parameter's learning rate, 1 without it.</summary>
    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, Func<string, double>? rateOf = null)
    {
        using IDisposable noGradient = no_grad();
        _slots = [.. parameters.Select(entry => new Slot(entry.Name, entry.Parameter, rateOf?.Invoke(entry.Name) ?? 1))];
    }

    /// <summary>The steps taken so far.</summary>
    public long Steps { get; private set; }

    public static bool IsDecayed(string name, Tensor parameter) => parameter.dim() > 1 && !name.Contains("bias", StringComparison.Ordinal);

    /// <summary>One step along the parameters' gradients. As in PyTorch, a parameter without a gradient does not change.</summary>
    public void Step(double learningRate, double weightDecay)
    {
        long step = Steps + 1;
        double firstCorrection = 1 - Math.Pow(Beta1, step);
        double secondCorrection = Math.Sqrt(1 - Math.Pow(Beta2, step));
        using IDisposable noGradient = no_grad();
        foreach (Slot slot in _slots)
        {
            using DisposeScope scope = NewDisposeScope();
            if (slot.Parameter.grad is not { } gradient)
                continue;
            if (slot.IsDecayed)
                slot.Parameter.Times_(1 - (learningRate * slot.Rate * weightDecay));

            slot.First.lerp_(gradient, 1 - Beta1);
            slot.Second.Times_(Beta2).PlusProduct_(gradient, gradient, 1 - Beta2);
            Tensor scale = slot.Second.sqrt().Over_(secondCorrection).Plus_(Epsilon);
            slot.Parameter.PlusQuotient_(slot.First, scale, -learningRate * slot.Rate / firstCorrection);
        }

        // Counted at the end: after an error in the middle the step does not count.
        Steps = step;
    }

    /// <summary>Drops the gradients, so that the next backward pass starts from none.</summary>
    public void ClearGradients()
    {
        foreach (Slot slot in _slots)
        {
            slot.Parameter.grad?.Dispose();
            slot.Parameter.grad = null;
        }
    }

    /// <summary>The moments in managed memory, named <c>exp_avg.NAME</c> and <c>exp_avg_sq.NAME</c>.</summary>
    public WeightSet Export()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        return new WeightSet(Moments().Select(entry =>
        {
            using Tensor local = entry.Moment.cpu().contiguous();
            return new WeightTensor(entry.Name, TensorDType.Float32, local.shape, local.bytes.ToArray());
        }).ToList());
    }

    /// <summary>The moments themselves, under the same names.</summary>
    public IEnumerable<(string Name, Tensor Moment)> Moments() => _slots.SelectMany(slot =>
        new[] { (FirstMoment + slot.Name, slot.First), (SecondMoment + slot.Name, slot.Second) });

    /// <summary>Restores the result of <see cref="Export"/> and the steps taken until then.</summary>
    public void Restore(WeightSet moments, long steps)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor moment) in Moments())
        {
            using DisposeScope scope = NewDisposeScope();
            moment.copy_(tensor(moments[name].ToArray(), moments[name].Shape));
        }

        Steps = steps;
    }

    public void Dispose()
    {
        foreach ((_, Tensor moment) in Moments())
            moment.Dispose();
    }

    private sealed record Slot(string Name, Parameter Parameter, double Rate)
    {
        public bool IsDecayed { get; } = AdamW.IsDecayed(Name, Parameter);
        public Tensor First { get; } = zeros_like(Parameter).DetachFromDisposeScope();
        public Tensor Second { get; } = zeros_like(Parameter).DetachFromDisposeScope();
    }
}
