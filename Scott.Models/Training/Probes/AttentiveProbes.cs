using Scott.Models.Datasets;
using Scott.Models.Metrics;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Scott.Models.Torch.AdamW;

namespace Scott.Models.Training;

/// <summary>
/// Trains the attentive probes on frozen, normalized patch tokens, all on the same batches, so that each is read once, and measures them.
/// </summary>
/// <remarks>Paper, section 4; reference: <c>src/eval.py</c> at commit 8b6c6f9.</remarks>
internal sealed class AttentiveProbes(
    EvaluationFeatures features,
    int width,
    IReadOnlyList<string> classNames,
    IReadOnlyList<ClassifierHead> heads,
    ProbeOptions options,
    Device device)
{
    private const double StartLearningRate = 1e-6;
    private const double FinalLearningRate = 1e-5;
    private const double FlatRatio = 0.72;
    private const double StartWeightDecay = 0.04;
    private const double FinalWeightDecay = 0.4;

    /// <summary>The one that puts most validation images into the right class; of equals the simplest. It does not look at test figures.</summary>
    public static ProbeResult Select(IReadOnlyList<ProbeResult> probes) => probes.MaxBy(probe => probe.Validation.Top1)!;

    /// <summary>Trains all for all epochs, then measures each.</summary>
    public IReadOnlyList<ProbeResult> Measure(Action<int>? progress, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        AttentiveProbe[] probes = [.. heads.Select(head => new AttentiveProbe(head, width, classNames.Count, options.Seed, device))];
        try
        {
            Train(probes, progress, cancellationToken);
            return [.. probes.Select(probe => new ProbeResult(probe.Head, MeasureOn(probe, features.Validation), MeasureOn(probe, features.Test))
            {
                TrainingTop1 = MeasureOn(probe, features.Training).Top1,
            })];
        }
        finally
        {
            Array.ForEach(probes, probe => probe.Dispose());
        }
    }

    private void Train(AttentiveProbe[] probes, Action<int>? progress, CancellationToken cancellationToken)
    {
        int count = features.Training.Labels.Count;
        int batchSize = Math.Min(options.BatchSize, count);
        long total = (long)(count / batchSize) * options.Epochs;
        var rate = LearningRateSchedule.WithWarmupRatio(
            total, options.WarmupRatio, StartLearningRate, options.PeakLearningRate, FinalLearningRate, FlatRatio);
        var decay = new RampSchedule(total, StartWeightDecay, FinalWeightDecay);
        Tensor tokens = Tokens(features.Training);
        Tensor labels = tensor(features.Training.Labels.Select(label => (long)label).ToArray());
        manual_seed(options.Seed).Dispose();
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            int[] order = EpochOrder.Draw(options.Seed, epoch, count);
            for (int from = 0; from + batchSize <= count; from += batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DisposeScope step = NewDisposeScope();
                Tensor index = tensor(order.AsSpan(from, batchSize).ToArray());
                (Tensor batch, Tensor wanted) = (tokens[index].to(device), labels[index].to(device));
                Array.ForEach(probes, probe => probe.Step(batch, wanted, rate, decay));
            }

            progress?.Invoke(epoch + 1);
        }
    }

    private ClassificationMetrics MeasureOn(AttentiveProbe probe, LabeledFeatures images) =>
        ClassificationMetrics.FromLogits(probe.Predict(Tokens(images)), images.Labels, classNames);

    /// <summary>Rows of N·D → [M, N, D] on the CPU, without a copy: they may fill most of the memory.</summary>
    private Tensor Tokens(LabeledFeatures images) =>
        frombuffer(images.Vectors, ScalarType.Float32, images.Vectors.Length).view(images.Labels.Count, images.Width / width, width);

    /// <summary>An attentive head on frozen patch tokens, with its optimizer. Owns both.</summary>
    private sealed class AttentiveProbe : IDisposable
    {
        private const int EvaluationBatch = 256;

        private readonly nn.Module<Tensor, Tensor> _head;
        private readonly AdamW _optimizer;
        private readonly Device _device;

        public AttentiveProbe(ClassifierHead head, int width, int classes, long seed, Device device)
        {
            Head = head;
            _device = device;
            _head = ClassifierHeads.Create(head, width, classes, seed, device);
            _optimizer = new AdamW(_head.named_parameters());
        }

        public ClassifierHead Head { get; }

        /// <summary>One step down the cross-entropy. Inside the caller's dispose scope.</summary>
        /// <param name="tokens">[B, N, D].</param>
        /// <param name="labels">[B].</param>
        /// <param name="rate">By the optimizer's step, from 1.</param>
        /// <param name="decay">By the optimizer's step, from 1.</param>
        public void Step(Tensor tokens, Tensor labels, LearningRateSchedule rate, RampSchedule decay)
        {
            _head.train();
            nn.functional.cross_entropy(_head.call(tokens), labels).backward();
            _optimizer.Step(rate.At(_optimizer.Steps + 1), decay.At(_optimizer.Steps + 1));
            _optimizer.ClearGradients();
        }

        /// <summary>[M, N, D] → the logits, [M, C] row-major.</summary>
        public float[] Predict(Tensor tokens)
        {
            using IDisposable noGradient = no_grad();
            _head.eval();
            List<float> logits = [];
            for (long from = 0; from < tokens.shape[0]; from += EvaluationBatch)
            {
                using DisposeScope batch = NewDisposeScope();

                // A copy: managed memory begins anywhere, and matrix products of unaligned numbers differ in the last bits.
                Tensor some = tokens.narrow(0, from, Math.Min(EvaluationBatch, tokens.shape[0] - from)).to(_device, copy: true);
                logits.AddRange(_head.call(some).cpu().contiguous().data<float>());
            }

            return [.. logits];
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _head.Dispose();
        }
    }
}
