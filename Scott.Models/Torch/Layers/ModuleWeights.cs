using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Copies weights into a module and out of it. Names are the module's state-dict names.</summary>
internal static class ModuleWeights
{
    /// <summary>Loads weights that fit into a new module, moves it to a device and sets evaluation mode.</summary>
    /// <remarks>Its tensors leave the current dispose scope, if there is one: the module's owner disposes them.</remarks>
    public static TModule Place<TModule>(TModule module, WeightSet weights, Device device)
        where TModule : nn.Module
    {
        Load(module, weights);
        module.to(device);
        module.eval();
        Detach(module);
        return module;
    }

    /// <summary>Converts every weight to another type. The parameters become new objects, which the module's owner disposes.</summary>
    public static void Convert(nn.Module module, ScalarType type)
    {
        module.to(type);
        Detach(module);
    }

    /// <summary>Loads weights that fit. Half precision is widened to the module's type.</summary>
    public static void Load(nn.Module module, WeightSet weights)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor target) in module.state_dict())
        {
            WeightTensor source = weights[name];
            using DisposeScope perTensor = NewDisposeScope();
            target.copy_(tensor(source.ToArray(), source.Shape));
        }
    }

    /// <summary>A copy of the module's weights in managed memory, in single precision.</summary>
    public static WeightSet Export(nn.Module module)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        var tensors = new List<WeightTensor>();
        foreach ((string name, Tensor source) in module.state_dict())
        {
            using DisposeScope perTensor = NewDisposeScope();
            Tensor values = source.detach().to(CPU).to_type(ScalarType.Float32).contiguous();
            tensors.Add(new WeightTensor(name, TensorDType.Float32, values.shape, values.bytes.ToArray()));
        }

        return new WeightSet(tensors);
    }

    private static void Detach(nn.Module module)
    {
        foreach (Tensor tensor in module.parameters().Concat(module.buffers()))
            tensor.DetachFromDisposeScope();
    }
}
