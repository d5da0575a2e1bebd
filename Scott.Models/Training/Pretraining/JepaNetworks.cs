using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>The three networks of MIM-JEPA: context encoder and predictor, which are trained, and the target encoder, which follows. Owns them.</summary>
internal sealed class JepaNetworks : IDisposable
{
    private JepaNetworks(Backbone context, Backbone target, Predictor predictor)
    {
        Context = context;
        Target = target;
        Predictor = predictor;
    }

    public Backbone Context { get; }

    public Backbone Target { get; }

    public Predictor Predictor { get; }

    /// <param name="architecture">The backbone's.</param>
    /// <param name="predictorDepth">The predictor's number of blocks.</param>
    /// <param name="backbone">The weights of context and target.</param>
    /// <param name="predictor">The predictor's weights.</param>
    /// <param name="device">Where they compute.</param>
    public static JepaNetworks Create(ScottArchitecture architecture, int predictorDepth, WeightSet backbone, WeightSet predictor, TorchDevice device)
    {
        var networks = new JepaNetworks(
            Backbone.Create(architecture, backbone, device),
            Backbone.Create(architecture, backbone, device),
            Predictor.Create(architecture, predictorDepth, predictor, device));
        networks.Context.train();
        networks.Predictor.train();
        return networks;
    }

    /// <summary>Turns every weight into another type. The parameters become other objects.</summary>
    public void To(ScalarType type)
    {
        ModuleWeights.Convert(Context, type);
        ModuleWeights.Convert(Target, type);
        ModuleWeights.Convert(Predictor, type);
    }

    /// <summary>The parameters that gradients are for, always in the same order.</summary>
    public IEnumerable<Parameter> TrainedParameters() => Context.parameters().Concat(Predictor.parameters());

    public void Dispose()
    {
        Context.Dispose();
        Target.Dispose();
        Predictor.Dispose();
    }
}
