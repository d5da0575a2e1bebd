using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using BuiltInAdamW = TorchSharp.Modules.AdamW;
using OurAdamW = Scott.Models.Torch.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>One MIM-JEPA step as in the Python reference: <see cref="ReferenceNetwork"/> three times, torch's AdamW, EMA tensor by tensor.</summary>
/// <remarks>Reference: <c>src/mimjepa.py</c> at commit 8b6c6f9. FP32, on the CPU.</remarks>
internal sealed class ReferenceStep : IDisposable
{
    private readonly BuiltInAdamW _optimizer;

    public ReferenceStep(ScottArchitecture architecture, int predictorDepth, WeightSet backbone, WeightSet predictor)
    {
        Context = new ReferenceNetwork(architecture, architecture.Depth, backbone, isTraining: true);
        Target = new ReferenceNetwork(architecture, architecture.Depth, backbone, isTraining: false);
        Predictor = new ReferenceNetwork(architecture, predictorDepth, predictor, isTraining: true);
        ILookup<bool, Parameter> trained = Context.Parameters.Concat(Predictor.Parameters)
            .ToLookup(entry => OurAdamW.IsDecayed(entry.Name, entry.Parameter), entry => entry.Parameter);
        _optimizer = optim.AdamW([new BuiltInAdamW.ParamGroup(trained[true]), new BuiltInAdamW.ParamGroup(trained[false], weight_decay: 0)]);
    }

    public ReferenceNetwork Context { get; }

    public ReferenceNetwork Target { get; }

    public ReferenceNetwork Predictor { get; }

    /// <summary>Target, context, predict, loss, backward.</summary>
    public double Accumulate(Tensor targetImages, Tensor contextImages, Tensor keepMask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor wanted;
        using (no_grad())
            wanted = ReferenceNetwork.Norm(Target.Encode(targetImages, null));

        Tensor predicted = Predictor.Predict(Context.Encode(contextImages, keepMask));
        Tensor loss = LatentPredictionLoss.Compute(predicted, wanted, keepMask);
        loss.backward();
        return loss.item<float>();
    }

    /// <summary>AdamW, gradients to none, EMA.</summary>
    public void Update(double learningRate, double weightDecay, double momentum)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (TorchSharp.Modules.ParamGroup group in _optimizer.ParamGroups.Cast<TorchSharp.Modules.ParamGroup>())
        {
            group.LearningRate = learningRate;
            var options = (BuiltInAdamW.Options)group.Options;
            options.weight_decay = options.weight_decay == 0 ? 0 : weightDecay;
        }

        _optimizer.step();
        foreach (Parameter parameter in _optimizer.parameters())
        {
            // As zero_grad does in PyTorch; TorchSharp's writes zeros.
            parameter.grad?.Dispose();
            parameter.grad = null;
        }

        using IDisposable noGradient = no_grad();
        foreach ((Parameter source, Parameter follower) in Context.Parameters.Zip(Target.Parameters, (s, f) => (s.Parameter, f.Parameter)))
            follower.mul_(momentum).add_(source, alpha: 1 - momentum);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        Context.Dispose();
        Target.Dispose();
        Predictor.Dispose();
    }
}
