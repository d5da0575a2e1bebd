using Scott.Models.Datasets;
using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Scott.Models.Torch.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Training;

/// <summary>A classifier, its optimizer, and one step of training it. Owns all of it. For one thread at a time.</summary>
internal sealed class ClassifierStep : ITrainingStep<LabeledBatch>
{
    private const string NetworkPrefix = "network.";
    private const string OptimizerPrefix = "optimizer.";
    private readonly FineTuningOptions _options;
    private readonly ClassifierNetwork _network;
    private readonly ClassifierNetwork? _copy;
    private readonly ComputeCopies? _copies;
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> _trained;
    private readonly AdamW _optimizer;
    private readonly IClassifierLoss _loss;
    private readonly ImageMix _mix;
    private int _seen;
    private int _correct;

    /// <summary>The recipe's precision is resolved.</summary>
    public ClassifierStep(ScottModel model, FineTuningOptions options, int classes, IClassifierLoss loss, TorchDevice device)
    {
        _options = options;
        _loss = loss;
        _network = Create(model, classes, device);
        _trained = TrainedWeights.Select(_network, options);
        if (options.ComputeType != ScalarType.Float32)
        {
            _copy = Create(model, classes, device);
            ModuleWeights.Convert(_copy, options.ComputeType);
            _copies = new ComputeCopies(
                [.. _trained.Zip(TrainedWeights.Select(_copy, options), (master, copy) => (master.Parameter, copy.Parameter))], []);
        }

        _optimizer = new AdamW(_trained, name => TrainedWeights.RateOf(name, model.Architecture, options));
        _mix = new ImageMix(options.MixupAlpha, options.CutmixAlpha);
        BeginTraining();
    }

    public long Steps => _optimizer.Steps;

    /// <summary>The network of forward and backward passes.</summary>
    private ClassifierNetwork Trained => _copy ?? _network;

    public double Accumulate(LabeledBatch batch, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = ImageBatches.Load(batch.Images, batch.Count, _network.Backbone);
        Tensor labels = _loss.Wanted(batch, _network.Backbone.Device);
        DeterministicRandom random = EpochOrder.Stream(_options.Seed, "mix", batch.Epoch, batch.Number);
        (Tensor mixed, Tensor wanted) = _mix.Apply(images, labels, random);
        Tensor logits = Trained.call(mixed.to_type(_options.ComputeType));
        Tensor loss = _loss.Compute(logits, wanted);
        (share == 1 ? loss : loss.Times(share)).backward();
        _copies?.CollectGradients();
        _correct += _loss.CountRight(logits, wanted);
        _seen += batch.Count;
        return loss.item<float>();
    }

    public IReadOnlyDictionary<string, double> Update(TrainingPlan plan, double? maximumGradientNorm)
    {
        double Length(string prefix) => GradientLength.Measure(
            _trained.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.Parameter));
        (double backbone, double head) = (Length(ClassifierNetwork.BackbonePrefix), Length(ClassifierNetwork.HeadPrefix));
        GradientLength.Limit(_trained.Select(entry => entry.Parameter), Math.Sqrt((backbone * backbone) + (head * head)), maximumGradientNorm);
        long number = Steps + 1;
        _optimizer.Step(plan.LearningRate(number), plan.WeightDecay(number));
        double share = (double)_correct / _seen;
        ClearGradients();
        _copies?.Follow();
        return new Dictionary<string, double>
        {
            [nameof(FineTuningRecord.BackboneGradient)] = backbone,
            [nameof(FineTuningRecord.HeadGradient)] = head,
            [nameof(FineTuningRecord.TrainingTop1)] = share,
        };
    }

    public void ClearGradients()
    {
        _optimizer.ClearGradients();
        (_correct, _seen) = (0, 0);
    }

    /// <summary>Logits and pooled features [count, C + D] of images [count, 3, S, S], in evaluation mode and single precision.</summary>
    public float[] Classify(float[] images, int count)
    {
        _network.eval();
        float[] rows = ImageBatches.Map(images, count, _network.Backbone, batch =>
        {
            (Tensor logits, Tensor features) = _network.ForwardWithFeatures(batch);
            return cat([logits, features], 1);
        });
        BeginTraining();
        return rows;
    }

    /// <summary>The weights of the backbone, with adapters merged, and those of the head.</summary>
    public WeightSet ExportClassifier() => new(LowRankAdapters.Merge(_network.Backbone).WithPrefix(ClassifierNetwork.BackbonePrefix)
        .Concat(ModuleWeights.Export(_network.Head).WithPrefix(ClassifierNetwork.HeadPrefix)));

    public WeightSet Export() =>
        new([.. ModuleWeights.Export(_network).WithPrefix(NetworkPrefix), .. _optimizer.Export().WithPrefix(OptimizerPrefix)]);

    public void Restore(WeightSet state, long steps)
    {
        ModuleWeights.Load(_network, state.StripPrefix(NetworkPrefix));
        if (_copy is not null)
            ModuleWeights.Load(_copy, state.StripPrefix(NetworkPrefix)); // frozen weights too, which no step copies

        _optimizer.Restore(state.StripPrefix(OptimizerPrefix), steps);
        _copies?.Follow();
    }

    public void Dispose()
    {
        _optimizer.ClearGradients();
        _optimizer.Dispose();
        _network.Dispose();
        _copy?.Dispose();
    }

    private ClassifierNetwork Create(ScottModel model, int classes, TorchDevice device)
    {
        var network = new ClassifierNetwork(model, _options.Head, classes, _options.Seed, device);
        if (_options.Scope == FineTuningScope.LowRankAdapters)
            LowRankAdapters.Attach(network.Backbone, _options.AdapterRank, _options.AdapterAlpha, _options.Seed);

        return network;
    }

    /// <summary>A frozen backbone computes features as it does in use: without dropout.</summary>
    private void BeginTraining()
    {
        Trained.train();
        if (_options.Scope == FineTuningScope.FrozenBackbone)
            Trained.Backbone.eval();
    }
}
