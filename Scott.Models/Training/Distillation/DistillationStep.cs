using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Scott.Models.Torch.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Training;

/// <summary>A student, its projections, their optimizer, and one step of learning from a teacher's features. Owns all of it. Not
/// thread-safe.</summary>
internal sealed class DistillationStep : ITrainingStep<DistillationBatch>
{
    private const string NetworkPrefix = "network.";
    private const string TargetPrefix = "target.";
    private const string OptimizerPrefix = "optimizer.";
    private const string MeanName = "teacher.mean";
    private const string DeviationName = "teacher.deviation";

    private readonly DistillationOptions _options;
    private readonly DistillationNetwork _network;
    private readonly DistillationNetwork? _copy;
    private readonly ComputeCopies? _copies;
    private readonly Backbone? _target;
    private readonly AdamW _optimizer;
    private readonly int _vectorLength;
    private readonly int _tokenWidth;
    private readonly Dictionary<string, double> _losses = DistillationRecord.LossNames.ToDictionary(name => name, _ => 0.0);
    private int _batches;
    private float[] _mean;
    private float[] _deviation;

    public DistillationStep(ScottModel model, DistillationOptions options, TeacherFeatures teacher, TorchDevice device)
    {
        (_options, _vectorLength, _tokenWidth, _mean, _deviation) =
            (options, teacher.VectorLength, teacher.TokenWidth, teacher.Mean, teacher.Deviation);
        DistillationNetwork Create() => new(model, _vectorLength, _tokenWidth, options, device);
        _network = Create();
        if (options.ComputeType != ScalarType.Float32)
        {
            _copy = Create();
            ModuleWeights.Convert(_copy, options.ComputeType);
            _copies = new ComputeCopies([.. _network.parameters().Zip(_copy.parameters())], []);
        }

        // In single precision: it is not trained, and its outputs are targets.
        _target = options.JepaWeight > 0 ? Backbone.Create(model.Architecture, model.Weights, device) : null;
        _optimizer = new AdamW(_network.named_parameters());
    }

    public long Steps => _optimizer.Steps;
    public Backbone Student => _network.Backbone;

    /// <summary>The network of forward and backward passes.</summary>
    private DistillationNetwork Trained => _copy ?? _network;

    public double Accumulate(DistillationBatch batch, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = ImageBatches.Load(batch.Images, batch.Count, Student); // [B, 3, H, W]
        Tensor teacher = tensor(batch.Teacher).view(batch.Count, -1).to(Student.Device); // [B, row]
        Tensor vector = (teacher.narrow(1, 0, _vectorLength) - Row(_mean)) / Row(_deviation); // [B, T]
        NormalizedTokens tokens = Trained.Backbone.ForwardNormalized(images.to_type(_options.ComputeType));
        Tensor pooled = tokens.Pool(Student.Architecture.DefaultPooling); // [B, D]
        List<Tensor> terms = [];
        void Add(string name, double weight, Func<Tensor> compute)
        {
            if (weight == 0)
                return;

            Tensor term = compute();
            _losses[name] += term.item<float>();
            terms.Add(term.Times(weight));
        }

        Add(nameof(DistillationRecord.VectorLoss), _options.VectorWeight,
            () => DistillationLoss.Compare(Single(Trained.VectorHead.call(pooled)), vector, _options.VectorLoss));
        Add(nameof(DistillationRecord.RelationLoss), _options.RelationWeight, () => DistillationLoss.CompareRelations(Single(pooled), vector));
        Add(nameof(DistillationRecord.TokenLoss), _options.TokenWeight, () =>
        {
            Tensor wanted = teacher.narrow(1, _vectorLength, teacher.shape[1] - _vectorLength).reshape(-1, _tokenWidth); // [B·N, Dt]
            Tensor found = Single(Trained.TokenHead!.call(tokens.Patches)).view(-1, _tokenWidth);
            return DistillationLoss.Compare(found, wanted, DistillationLossKind.Cosine);
        });
        Add(nameof(DistillationRecord.JepaLoss), _options.JepaWeight, () => ComputeJepa(images, batch));
        Tensor loss = terms.Aggregate((sum, term) => sum.Plus(term));
        (share == 1 ? loss : loss.Times(share)).backward();
        _copies?.CollectGradients();
        _batches++;
        return loss.item<float>();
    }

    public IReadOnlyDictionary<string, double> Update(TrainingPlan plan, double? maximumGradientNorm)
    {
        Parameter[] student = [.. Student.parameters()];
        double ofStudent = GradientLength.Measure(student), ofHeads = GradientLength.Measure(_network.parameters().Except(student));
        GradientLength.Limit(_network.parameters(), Math.Sqrt((ofStudent * ofStudent) + (ofHeads * ofHeads)), maximumGradientNorm);
        long number = Steps + 1;
        _optimizer.Step(plan.LearningRate(number), plan.WeightDecay(number));
        var figures = new Dictionary<string, double>
        {
            [nameof(DistillationRecord.StudentGradient)] = ofStudent,
            [nameof(DistillationRecord.HeadGradient)] = ofHeads,
        };
        foreach (string name in DistillationRecord.LossNames)
            figures[name] = _losses[name] / _batches;

        ClearGradients();
        if (_target is not null)
            ExponentialMovingAverage.Update(_target, Student, plan.Momentum(number));

        _copies?.Follow();
        return figures;
    }

    public void ClearGradients()
    {
        _optimizer.ClearGradients();
        _batches = 0;
        foreach (string name in DistillationRecord.LossNames)
            _losses[name] = 0;
    }

    /// <summary>The student's vectors [count, D] of images [count, 3, H, W]: without dropout, in single precision.</summary>
    public float[] Encode(float[] images, int count)
    {
        Student.eval();
        EmbeddingPooling pooling = Student.Architecture.DefaultPooling;
        float[] vectors = ImageBatches.Map(images, count, Student, batch => Student.ForwardNormalized(batch).Pool(pooling));
        Student.train();
        return vectors;
    }

    public WeightSet Export() => new(
    [
        .. ModuleWeights.Export(_network).WithPrefix(NetworkPrefix),
        .. _target is null ? Enumerable.Empty<WeightTensor>() : ModuleWeights.Export(_target).WithPrefix(TargetPrefix),
        .. _optimizer.Export().WithPrefix(OptimizerPrefix),
        WeightTensor.Create(MeanName, [_mean.Length], _mean),
        WeightTensor.Create(DeviationName, [_deviation.Length], _deviation),
    ]);

    public void Restore(WeightSet state, long steps)
    {
        ModuleWeights.Load(_network, state.StripPrefix(NetworkPrefix));
        if (_target is not null)
            ModuleWeights.Load(_target, state.StripPrefix(TargetPrefix));

        _optimizer.Restore(state.StripPrefix(OptimizerPrefix), steps);
        (_mean, _deviation) = (state[MeanName].ToArray(), state[DeviationName].ToArray());
        _copies?.Follow();
    }

    public void Dispose()
    {
        _optimizer.ClearGradients();
        _optimizer.Dispose();
        _network.Dispose();
        _copy?.Dispose();
        _target?.Dispose();
    }

    /// <summary>MIM-JEPA's loss on the same views: the target encoder follows the student.</summary>
    private Tensor ComputeJepa(Tensor images, DistillationBatch batch)
    {
        Tensor keep = tensor(batch.Keep).view(batch.Count, -1).to(Student.Device);
        var target = PredictionTarget.Compute(_target!, images, blocks: 1);
        Tensor context = Trained.Backbone.ApplyFinalNorm(Trained.Backbone.call(images.to_type(_options.ComputeType), keep));
        return LatentPredictionLoss.Compute(Single(Trained.Predictor!.call(context)), target.Tokens, keep);
    }

    private Tensor Row(float[] values) => tensor(values).to(Student.Device).unsqueeze(0);

    private static Tensor Single(Tensor values) => values.to_type(ScalarType.Float32);
}
