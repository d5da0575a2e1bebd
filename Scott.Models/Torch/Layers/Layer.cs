using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A layer: registers the modules and weights that its fields hold, and frees what its forward pass leaves behind.</summary>
internal abstract class Layer : nn.Module<Tensor, Tensor>
{
    // The field initializers of a derived class run before this constructor, so its fields are set.
    protected Layer(string name)
        : base(name) => RegisterComponents();

    /// <summary>Runs <see cref="Compute"/> in a dispose scope. A layer of a single operation overrides this: it leaves nothing to free.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return Compute(input).MoveToOuterDisposeScope();
    }

    /// <summary>The forward pass, in a dispose scope. The result is a new tensor, never the input itself.</summary>
    protected abstract Tensor Compute(Tensor input);
}

/// <summary>A <see cref="Layer"/> with a second input.</summary>
internal abstract class Layer<TSecond> : nn.Module<Tensor, TSecond, Tensor>
{
    protected Layer(string name)
        : base(name) => RegisterComponents();

    public sealed override Tensor forward(Tensor input, TSecond second)
    {
        using DisposeScope scope = NewDisposeScope();
        return Compute(input, second).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Layer.Compute"/>.</summary>
    protected abstract Tensor Compute(Tensor input, TSecond second);
}
