using Scott.Models.Backbones;
using Scott.Models.Configuration;
using Scott.Models.Evaluation;
using Scott.Models.Layers;
using Scott.Models.Native;
using Scott.Models.Optimization;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Scott.Models.Optimization.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Pretraining;

/// <summary>
/// The three networks of MIM-JEPA and their optimizer, and one training step of them: target, context, predict, loss, step, EMA. Owns all of it.
/// For one thread at a time.
/// </summary>
/// <remarks>Paper, section 3; reference: <c>src/mimjepa.py</c> at commit 8b6c6f9.</remarks>
internal sealed class JepaStep : IDisposable
{
    private const string ContextPrefix = "context.";
    private const string TargetPrefix = "target.";
    private const string PredictorPrefix = "predictor.";
    private const string OptimizerPrefix = "optimizer.";

    private const int EvaluationBatch = 32;

    /// <summary>As in PyTorch's <c>clip_grad_norm_</c>.</summary>
    private const double ClippingEpsilon = 1e-6;

    private readonly Backbone _context;
    private readonly Backbone _target;
    private readonly Predictor _predictor;
    private readonly AdamW _optimizer;

    /// <param name="architecture">The backbone's.</param>
    /// <param name="predictorDepth">The predictor's number of blocks.</param>
    /// <param name="backbone">The weights that context and target start from.</param>
    /// <param name="predictor">The weights that the predictor starts from.</param>
    /// <param name="device">Where to train.</param>
    public JepaStep(ScottArchitecture architecture, int predictorDepth, WeightSet backbone, WeightSet predictor, TorchDevice device)
    {
        _context = Backbone.Create(architecture, backbone, device);
        _target = Backbone.Create(architecture, backbone, device);
        _predictor = Predictor.Create(architecture, predictorDepth, predictor, device);
        _context.train();
        _predictor.train();
        _optimizer = new AdamW(
        [
            .. _context.named_parameters().Select(entry => (ContextPrefix + entry.name, entry.parameter)),
            .. _predictor.named_parameters().Select(entry => (PredictorPrefix + entry.name, entry.parameter)),
        ]);
    }

    public Backbone Context => _context;

    public Backbone Target => _target;

    public Predictor Predictor => _predictor;

    /// <summary>The optimizer steps taken so far.</summary>
    public long Steps => _optimizer.Steps;

    /// <summary>Adds the gradients of one batch to those that are there.</summary>
    /// <param name="targetImages">[B, 3, S, S], normalised: what the target encoder sees.</param>
    /// <param name="contextImages">[B, 3, S, S], normalised: what the context encoder sees of visible patches.</param>
    /// <param name="keepMask">[B, N], 1 = visible.</param>
    /// <param name="share">The batch's share of the step, 1 unless gradients are gathered over several batches.</param>
    /// <returns>The loss of this batch, not multiplied by the share.</returns>
    public double Accumulate(Tensor targetImages, Tensor contextImages, Tensor keepMask, double share = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor wanted;
        using (no_grad())
        {
            wanted = FeatureNorm.Apply(_target.call(targetImages, null)); // [B, N, D]
        }

        Tensor predicted = _predictor.call(_context.call(contextImages, keepMask)); // [B, N, D]
        Tensor loss = LatentPredictionLoss.Compute(predicted, wanted, keepMask);
        (share == 1 ? loss : loss * share).backward();
        return loss.item<float>();
    }

    /// <summary>How long the gathered gradients are, part by part.</summary>
    public GradientNorms MeasureGradients() => new(
        Norm(_context.Tokenizer.parameters()),
        Norm(_context.parameters().Except(_context.Tokenizer.parameters())),
        Norm(_predictor.parameters()));

    /// <summary>Shortens the gathered gradients to a largest length, if they are longer.</summary>
    /// <param name="length">How long they are: <see cref="GradientNorms.Total"/>.</param>
    /// <param name="maximum">How long they may be.</param>
    public void ShortenGradients(double length, double maximum)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        double factor = maximum / (length + ClippingEpsilon);
        if (factor < 1)
        {
            foreach (Parameter parameter in _context.parameters().Concat(_predictor.parameters()))
            {
                parameter.grad?.mul_(factor);
            }
        }
    }

    /// <summary>Forgets gradients that no step is to be taken along.</summary>
    public void ClearGradients() => _optimizer.ClearGradients();

    /// <summary>Takes one optimizer step along the gathered gradients, forgets them, and lets the target follow.</summary>
    public void Update(double learningRate, double weightDecay, double momentum)
    {
        _optimizer.Step(learningRate, weightDecay);
        _optimizer.ClearGradients();
        ExponentialMovingAverage.Update(_target, _context, momentum);
    }

    /// <summary>Examines the context encoder's pooled features, in evaluation mode.</summary>
    /// <param name="images">[count, 3, S, S], normalised.</param>
    /// <param name="count">At least 2.</param>
    public FeatureHealth MeasureFeatures(float[] images, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        _context.eval();
        int side = _context.Architecture.ImagePixels;
        Tensor all = frombuffer(images, ScalarType.Float32, (long)count * 3 * side * side).view(count, 3, side, side);
        var features = new List<Tensor>();
        for (int from = 0; from < count; from += EvaluationBatch)
        {
            Tensor part = all.narrow(0, from, Math.Min(EvaluationBatch, count - from)).to(_context.Device);
            features.Add(FeatureNorm.Apply(_context.call(part, null)).mean([1])); // [b, D]
        }

        _context.train();
        return FeatureHealth.Measure(cat(features));
    }

    /// <summary>Everything that the next step depends on, in managed memory.</summary>
    public WeightSet Export()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        return new WeightSet(
        [
            .. Named(ContextPrefix, ModuleWeights.Export(_context)),
            .. Named(TargetPrefix, ModuleWeights.Export(_target)),
            .. Named(PredictorPrefix, ModuleWeights.Export(_predictor)),
            .. _optimizer.Moments().Select(entry => Copy(OptimizerPrefix + entry.Name, entry.Moment)),
        ]);
    }

    /// <summary>Goes back to what <see cref="Export"/> gave.</summary>
    /// <param name="state">That.</param>
    /// <param name="steps">The optimizer steps taken until then.</param>
    public void Restore(WeightSet state, long steps)
    {
        ModuleWeights.Load(_context, state.Under(ContextPrefix));
        ModuleWeights.Load(_target, state.Under(TargetPrefix));
        ModuleWeights.Load(_predictor, state.Under(PredictorPrefix));
        _optimizer.Restore(state.Under(OptimizerPrefix), steps);
    }

    public void Dispose()
    {
        _optimizer.ClearGradients();
        _optimizer.Dispose();
        _context.Dispose();
        _target.Dispose();
        _predictor.Dispose();
    }

    private static double Norm(IEnumerable<Parameter> parameters)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] squares = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>().Select(gradient => gradient.square().sum())];
        return squares.Length == 0 ? 0 : Math.Sqrt(stack(squares).sum().to_type(ScalarType.Float64).item<double>());
    }

    private static IEnumerable<WeightTensor> Named(string prefix, WeightSet weights) =>
        weights.Select(weight => new WeightTensor(prefix + weight.Name, weight.DType, weight.Shape, weight.Data));

    private static WeightTensor Copy(string name, Tensor source)
    {
        using Tensor local = source.cpu().contiguous();
        return new WeightTensor(name, TensorDType.Float32, local.shape, local.bytes.ToArray());
    }
}
