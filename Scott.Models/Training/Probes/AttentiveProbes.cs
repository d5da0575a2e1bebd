using Scott.Models.Datasets;
using Scott.Models.Metrics;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Scott.Models.Torch.AdamW;

namespace Scott.Models.Training;

/// <summary>Trains the attentive probes on frozen, normalized patch tokens, all on the same batches, and measures them.</summary>
/// <remarks>Paper, section 4; reference: <c>src/eval.py</c> at commit 8b6c6f9.</remarks>
internal sealed class AttentiveProbes(
    EvaluationFeatures features, int width, IReadOnlyList<string> classNames, EvaluationOptions options, Device device)
{
    private const double StartLearningRate = 1e-6;
    private const double FinalLearningRate = 1e-5;
    private const double FlatRatio = 0.72;
    private const double StartWeightDecay = 0.04;
    private const double FinalWeightDecay = 0.4;
    private const int EvaluationBatch = 256;

    private readonly ProbeOptions _options = options.Probe;

    /// <summary>The probe with the best top-1 on the validation images; the first if several are equal. It does not look at test figures.</summary>
    public static ProbeResult Select(IReadOnlyList<ProbeResult> probes) => probes.MaxBy(probe => probe.Validation.Top1)!;

    /// <summary>Trains all for all epochs, then measures each.</summary>
    public IReadOnlyList<ProbeResult> Measure(Action<int> progress, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        AttentiveProbe[] probes = [.. options.AttentiveProbes.Select(kind =>
        {
            nn.Module<Tensor, Tensor> head = ClassifierHeads.Create(kind, width, classNames.Count, _options.Seed, device);
            return new AttentiveProbe(kind, head, new AdamW(head.named_parameters()));
        })];
        try
        {
            Train(probes, progress, cancellationToken);
            return [.. probes.Select(probe => new ProbeResult(probe.Kind, MeasureOn(probe, features.Validation), MeasureOn(probe, features.Test))
            {
                TrainingTop1 = MeasureOn(probe, features.Training).Top1,
            })];
        }
        finally
        {
            Array.ForEach(probes, probe => probe.Optimizer.Dispose());
            Array.ForEach(probes, probe => probe.Head.Dispose());
        }
    }

    private void Train(AttentiveProbe[] probes, Action<int> progress, CancellationToken cancellationToken)
    {
        int count = features.Training.Labels.Count;
        int batchSize = Math.Min(_options.BatchSize, count);
        long total = (long)(count / batchSize) * _options.Epochs;
        var rate = LearningRateSchedule.WithWarmupRatio(
            total, _options.WarmupRatio, StartLearningRate, _options.PeakLearningRate, FinalLearningRate, FlatRatio);
        var decay = new RampSchedule(total, StartWeightDecay, FinalWeightDecay);
        Tensor tokens = Tokens(features.Training);
        Tensor labels = tensor(features.Training.Labels.Select(label => (long)label).ToArray());
        manual_seed(_options.Seed).Dispose();
        for (int epoch = 0; epoch < _options.Epochs; epoch++)
        {
            int[] order = EpochOrder.Draw(_options.Seed, epoch, count);
            for (int from = 0; from + batchSize <= count; from += batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DisposeScope step = NewDisposeScope();
                Tensor index = tensor(order.AsSpan(from, batchSize).ToArray());
                (Tensor batch, Tensor wanted) = (tokens[index].to(device), labels[index].to(device));
                foreach ((_, nn.Module<Tensor, Tensor> head, AdamW optimizer) in probes)
                {
                    head.train();
                    nn.functional.cross_entropy(head.call(batch), wanted).backward();
                    optimizer.Step(rate.At(optimizer.Steps + 1), decay.At(optimizer.Steps + 1));
                    optimizer.ClearGradients();
                }
            }

            progress(epoch + 1);
        }
    }

    private ClassificationMetrics MeasureOn(AttentiveProbe probe, LabeledFeatures images) =>
        ClassificationMetrics.FromLogits(Predict(probe.Head, Tokens(images)), images.Labels, classNames);

    /// <summary>Rows of N·D → [M, N, D] on the CPU, without a copy: they may fill most of the memory.</summary>
    private Tensor Tokens(LabeledFeatures images) =>
        frombuffer(images.Vectors, ScalarType.Float32, images.Vectors.Length).view(images.Labels.Count, images.Width / width, width);

    /// <summary>[M, N, D] → the logits, [M, C] row-major.</summary>
    private float[] Predict(nn.Module<Tensor, Tensor> head, Tensor tokens)
    {
        using IDisposable noGradient = no_grad();
        head.eval();
        List<float> logits = [];
        for (long from = 0; from < tokens.shape[0]; from += EvaluationBatch)
        {
            using DisposeScope batch = NewDisposeScope();

            // A copy: managed memory is not always aligned, and matrix products of unaligned numbers differ in the last bits.
            Tensor some = tokens.narrow(0, from, Math.Min(EvaluationBatch, tokens.shape[0] - from)).to(device, copy: true);
            logits.AddRange(head.call(some).cpu().contiguous().data<float>());
        }

        return [.. logits];
    }

    private sealed record AttentiveProbe(ClassifierHead Kind, nn.Module<Tensor, Tensor> Head, AdamW Optimizer);
}
