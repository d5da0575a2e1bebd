using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>The networks of MIM-JEPA: context encoder and predictor, which are trained, and the target encoder, which follows. Owns them.</summary>
internal sealed class JepaNetworks : IDisposable
{
    public JepaNetworks(ScottArchitecture architecture, int predictorDepth, WeightSet backbone, WeightSet predictor, TorchDevice device)
    {
        Context = Backbone.Create(architecture, backbone, device);
        Target = Backbone.Create(architecture, backbone, device);
        Predictor = Predictor.Create(architecture, predictorDepth, predictor, device);
        Context.train();
        Predictor.train();
    }

    public Backbone Context { get; }
    public Backbone Target { get; }
    public Predictor Predictor { get; }

    /// <summary>Converts every weight to another type. The parameters become other objects.</summary>
    public void To(ScalarType type)
    {
        ModuleWeights.Convert(Context, type);
        ModuleWeights.Convert(Target, type);
        ModuleWeights.Convert(Predictor, type);
    }

    /// <summary>The parameters that have gradients, always in the same order.</summary>
    public IEnumerable<Parameter> TrainedParameters() => Context.parameters().Concat(Predictor.parameters());

    public void Dispose()
    {
        Context.Dispose();
        Target.Dispose();
        Predictor.Dispose();
    }
}
