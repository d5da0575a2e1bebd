using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Scott.Models.Torch.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Training;

/// <summary>A training step of MIM-JEPA: target, context, predict, loss, step, EMA. Owns networks and optimizer. Not thread-safe.</summary>
/// <remarks>Paper, section 3; reference: <c>src/mimjepa.py</c> at commit 8b6c6f9.</remarks>
internal sealed class JepaStep : ITrainingStep<PretrainingBatch>
{
    private const string ContextPrefix = "context.";
    private const string TargetPrefix = "target.";
    private const string PredictorPrefix = "predictor.";
    private const string OptimizerPrefix = "optimizer.";
    private const string AveragePrefix = "average.";
    private readonly PretrainingOptions _options;
    private readonly JepaNetworks _networks;
    private readonly JepaNetworks? _copiedNetworks;
    private readonly ComputeCopies? _copies;
    private readonly Parameter _maskToken;
    private readonly AdamW _optimizer;
    private readonly WeightAverage? _average;

    /// <summary>Both encoders start from the same weights. Passes compute in <see cref="ScalarType.Float32"/> or a shorter type.</summary>
    public JepaStep(
        ScottArchitecture architecture, PretrainingOptions options, WeightSet backbone, WeightSet predictor, TorchDevice device,
        ScalarType computeType = ScalarType.Float32)
    {
        _options = options;
        JepaNetworks Create() => new(architecture, options.PredictorDepth, backbone, predictor, device);
        _networks = Create();
        if (computeType != ScalarType.Float32)
        {
            _copiedNetworks = Create();
            _copiedNetworks.To(computeType);
            _copies = new ComputeCopies(
                [.. _networks.TrainedParameters().Zip(_copiedNetworks.TrainedParameters())],
                [.. _networks.Target.parameters().Zip<Tensor, Tensor>(_copiedNetworks.Target.parameters())]);
        }

        ComputeType = computeType;
        _maskToken = _networks.Context.named_parameters().Single(entry => entry.name == BackboneLayout.MaskTokenName).parameter;
        _optimizer = new AdamW(
        [
            .. _networks.Context.named_parameters().Select(entry => (ContextPrefix + entry.name, entry.parameter)),
            .. _networks.Predictor.named_parameters().Select(entry => (PredictorPrefix + entry.name, entry.parameter)),
        ]);
        if (options.Result == ResultEncoder.Average)
            _average = new WeightAverage(Backbone.Create(architecture, backbone, device));
    }

    public Backbone Context => _networks.Context;
    public Backbone Target => _networks.Target;
    public Predictor Predictor => _networks.Predictor;

    /// <summary>The encoder of <see cref="PretrainingOptions.Result"/>; the context encoder until there is an average.</summary>
    public Backbone Result => _options.Result == ResultEncoder.Target ? Target : _average is { Count: > 0 } ? _average.Mean : Context;

    /// <summary>The type of forward and backward passes.</summary>
    public ScalarType ComputeType { get; }

    /// <summary>The networks of forward and backward passes: copies in <see cref="ComputeType"/> unless that is single precision.</summary>
    public JepaNetworks ComputeNetworks => _copiedNetworks ?? _networks;
    public IEnumerable<Parameter> TrainedParameters => _networks.TrainedParameters();
    public long Steps => _optimizer.Steps;

    /// <summary>As <see cref="ITrainingStep{TBatch}.Accumulate"/>.</summary>
    /// <param name="targetImages">[V, 3, H, W], normalized: what the target encoder sees. V is images · views, all first views first.</param>
    /// <param name="contextImages">[V, 3, H, W], normalized: what the context encoder sees of visible patches.</param>
    /// <param name="keepMask">[V · masks, N], 1 = visible; all first masks first.</param>
    /// <param name="share">The batch's share of the step.</param>
    public double Accumulate(Tensor targetImages, Tensor contextImages, Tensor keepMask, double share = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        JepaNetworks networks = ComputeNetworks;
        int masks = (int)(keepMask.shape[0] / targetImages.shape[0]);
        Tensor ForEachMask(Tensor ofViews) => masks == 1 ? ofViews : cat([.. Enumerable.Repeat(ofViews, masks)], 0);
        var target = PredictionTarget.Compute(networks.Target, targetImages.to_type(ComputeType), _options.TargetBlocks);
        Tensor context = networks.Context.ApplyFinalNorm(networks.Context.call(ForEachMask(contextImages.to_type(ComputeType)), keepMask));
        Tensor predicted = networks.Predictor.call(context).to_type(ScalarType.Float32); // [V · masks, N, D]
        Tensor loss = LatentPredictionLoss.Compute(predicted, ForEachMask(target.Tokens), keepMask);
        if (_options.ImageLevel.Any)
        {
            // Another view of the same image is as many rows further as there are images.
            Tensor images = target.Images.roll(targetImages.shape[0] / _options.ViewsPerImage, 0); // [V, D]
            Tensor vectors = ImageLevelLoss.Pool(context.to_type(ScalarType.Float32), keepMask); // [V · masks, D]
            loss = loss.Plus(ImageLevelLoss.Compute(vectors, ForEachMask(images), _options.ImageLevel));
        }

        (share == 1 ? loss : loss.Times(share)).backward();
        CollectGradients();
        return loss.item<float>();
    }

    public double Accumulate(PretrainingBatch batch, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        int views = batch.Count * _options.ViewsPerImage;
        Tensor target = ImageBatches.Load(batch.Target, views, Context);
        Tensor context = ImageBatches.Load(batch.Context, views, Context);
        Tensor keep = tensor(batch.Keep).view(-1, Context.Architecture.Patches).to(Context.Device);
        return Accumulate(target, context, keep, share);
    }

    public GradientNorms MeasureGradients() => new(
        GradientLength.Measure(Context.Tokenizer.parameters()),
        GradientLength.Measure(Context.parameters().Except(Context.Tokenizer.parameters())), GradientLength.Measure(Predictor.parameters()),
        GradientLength.Measure([_maskToken]));

    public IReadOnlyDictionary<string, double> Update(TrainingPlan plan, double? maximumGradientNorm)
    {
        GradientNorms norms = MeasureGradients();
        GradientLength.Limit(TrainedParameters, norms.Total, maximumGradientNorm);
        long number = Steps + 1;
        Update(plan.LearningRate(number), plan.WeightDecay(number), plan.Momentum(number));
        if (number > plan.TotalSteps * (1 - _options.AveragedRatio))
            _average?.Add(Context);

        return norms.ToFigures();
    }

    /// <summary>Copies the gradients of one backward pass to the parameters of the optimizer, if the pass ran through copies.</summary>
    public void CollectGradients() => _copies?.CollectGradients();

    public void ClearGradients() => _optimizer.ClearGradients();

    /// <summary>Takes one optimizer step along the gradients, clears them, and lets the target encoder follow.</summary>
    public void Update(double learningRate, double weightDecay, double momentum)
    {
        _optimizer.Step(learningRate, weightDecay);
        _optimizer.ClearGradients();
        ExponentialMovingAverage.Update(Target, Context, momentum);
        _copies?.Follow();
    }

    /// <summary>The pooled features [count, D] of <see cref="Result"/> for images [count, 3, H, W]: without dropout, in single precision.</summary>
    public float[] Encode(float[] images, int count)
    {
        Context.eval();
        Backbone encoder = Result;
        float[] features = ImageBatches.Map(images, count, encoder, batch => encoder.ForwardNormalized(batch).Patches.mean([1]));
        Context.train();
        return features;
    }

    public WeightSet Export() => new(
    [
        .. ModuleWeights.Export(Context).WithPrefix(ContextPrefix),
        .. ModuleWeights.Export(Target).WithPrefix(TargetPrefix),
        .. ModuleWeights.Export(Predictor).WithPrefix(PredictorPrefix),
        .. _optimizer.Export().WithPrefix(OptimizerPrefix),
        .. _average?.Export().WithPrefix(AveragePrefix) ?? Enumerable.Empty<WeightTensor>(),
    ]);

    public void Restore(WeightSet state, long steps)
    {
        ModuleWeights.Load(Context, state.StripPrefix(ContextPrefix));
        ModuleWeights.Load(Target, state.StripPrefix(TargetPrefix));
        ModuleWeights.Load(Predictor, state.StripPrefix(PredictorPrefix));
        _optimizer.Restore(state.StripPrefix(OptimizerPrefix), steps);
        _average?.Restore(state.StripPrefix(AveragePrefix));
        _copies?.Follow();
    }

    public void Dispose()
    {
        _optimizer.ClearGradients();
        _optimizer.Dispose();
        _networks.Dispose();
        _copiedNetworks?.Dispose();
        _average?.Mean.Dispose();
    }
}
