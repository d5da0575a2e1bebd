using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>What every measurement of the training step stands on: images, loader, weights, and one step of either side on a batch.</summary>
internal sealed class StepBench : IDisposable
{
    private const int Files = 256;

    /// <summary>Each file stands in the dataset so often, so that an epoch, whose first batch comes with a wait, is long.</summary>
    private const int Repetitions = 4;
    private const double LearningRate = 1e-4;
    private const double WeightDecay = 0.04;
    private const double Momentum = 0.996;

    private readonly BenchmarkImages _images = new(Files);
    private readonly PretrainingOptions _options = new();
    private readonly WeightSet _predictor;
    private readonly ScottModel _model;

    public StepBench(StepSettings settings)
    {
        _model = ScottModel.Create(settings.Model, _options.Seed);
        _predictor = Predictor.InitialWeights(Architecture, _options.PredictorDepth, _options.Seed);
        var masks = new KeepMaskSampler(_options.MaskKind, Architecture.Grid, _options.HiddenRatio);
        Flops = new StepFlops(Architecture, _options.PredictorDepth, masks.VisiblePatches);
        Loader = new PretrainingLoader(
            ImageList.FromSources(Enumerable.Repeat(_images.Paths, Repetitions).SelectMany(paths => paths).Select(ImageSource.FromFile)),
            new TwoViewTransform(new AugmentationSpec(), _model.Preprocessing),
            masks,
            _options with { BatchSize = settings.Batch },
            new TrainingRunOptions { FailOnUnreadable = true },
            (_, _) => { });
        DecodeAll();
    }

    public ScottArchitecture Architecture => _model.Architecture;

    public StepFlops Flops { get; }

    private PretrainingLoader Loader { get; }

    /// <param name="architecture">The model's, or that with other rates.</param>
    /// <param name="computeType">What forward and backward passes compute in.</param>
    public JepaStep CreateStep(ScottArchitecture architecture, ScalarType computeType) =>
        new(architecture, _options, _model.Weights, _predictor, TorchDevice.Cpu, computeType);

    /// <param name="architecture">The model's, or that with other rates.</param>
    public ReferenceStep CreateReference(ScottArchitecture architecture) => new(architecture, _options.PredictorDepth, _model.Weights, _predictor);

    /// <summary>The batches of an epoch, for the thread that asks.</summary>
    /// <remarks>
    /// Not <c>await foreach</c>: torch must be called by one thread only, since OpenMP keeps workers for each thread that ever called it, and
    /// lets none of them spin when there are more than cores.
    /// </remarks>
    public IEnumerable<PretrainingBatch> Read(int epoch, int firstBatch = 0) =>
        Loader.ReadEpochAsync(epoch, firstBatch, CancellationToken.None).ToBlockingEnumerable();

    /// <summary>One batch, made alone: an epoch's last, so that the loader makes no other one meanwhile.</summary>
    public PretrainingBatch MakeOne(int epoch) => Read(epoch, Loader.BatchesPerEpoch - 1).Single();

    /// <summary>What the pre-training run does in a step: gradients, their lengths, update.</summary>
    public double Take(JepaStep step, PretrainingBatch batch)
    {
        double loss = OnTensors(batch, (target, context, keep) => step.Accumulate(target, context, keep));
        step.MeasureGradients();
        step.Update(LearningRate, WeightDecay, Momentum);
        return loss;
    }

    /// <summary>The same of the reference, which does not measure its gradients.</summary>
    public double Take(ReferenceStep step, PretrainingBatch batch)
    {
        double loss = OnTensors(batch, step.Accumulate);
        step.Update(LearningRate, WeightDecay, Momentum);
        return loss;
    }

    public TResult OnTensors<TResult>(PretrainingBatch batch, Func<Tensor, Tensor, Tensor, TResult> use)
    {
        using DisposeScope scope = NewDisposeScope();
        int side = Architecture.ImagePixels;
        Tensor target = frombuffer(batch.Target, ScalarType.Float32).view(batch.Count, 3, side, side);
        Tensor context = frombuffer(batch.Context, ScalarType.Float32).view(batch.Count, 3, side, side);
        Tensor keep = tensor(batch.Keep).view(batch.Count, Architecture.Patches);
        return use(target, context, keep);
    }

    public void Dispose() => _images.Dispose();

    /// <summary>As after a run's first epoch: the loader's memory is full, and nothing is decoded any more.</summary>
    private void DecodeAll()
    {
        foreach (PretrainingBatch batch in Read(0))
            batch.Dispose();
    }
}
