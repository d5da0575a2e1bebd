using Scott.Models.Metrics;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Scott.Models.Torch.AdamW;

namespace Scott.Models.Training;

/// <summary>Trains the attentive probes on frozen, normalized patch tokens, all on the same batches, each read once; and measures them.</summary>
/// <remarks>Paper, section 4; reference: <c>src/eval.py</c> at commit 8b6c6f9.</remarks>
internal sealed class AttentiveProbes(FrozenEncoder encoder, IReadOnlyList<string> classNames, EvaluationOptions options)
{
    private const double StartLearningRate = 1e-6;
    private const double FinalLearningRate = 1e-5;
    private const double FlatRatio = 0.72;
    private const double StartWeightDecay = 0.04;
    private const double FinalWeightDecay = 0.4;
    private const int EvaluationBatch = 256;

    private readonly ProbeOptions _options = options.Probe;

    /// <summary>The one that puts most validation images into the right class; of equals the first. It does not look at test figures.</summary>
    public static ProbeResult Select(IReadOnlyList<ProbeResult> probes) => probes.MaxBy(probe => probe.Validation.Top1)!;

    /// <summary>Trains all probes for all epochs, then measures each on several sets of images.</summary>
    /// <returns>For each probe a figure for each set, in their order: first the probes of the first repeat, then those of the next one.</returns>
    /// <exception cref="ScottConfigurationException">A probe diverges.</exception>
    public async Task<IReadOnlyList<ClassificationMetrics[]>> MeasureAsync(
        ITokenBatches batches, IReadOnlyList<LabeledFeatures> sets, Action<int> progress, CancellationToken cancellationToken)
    {
        AttentiveProbe[] probes = [.. Enumerable.Range(0, _options.Repeats)
            .SelectMany(repeat => options.AttentiveProbes.Select(kind => Create(kind, _options.Seed + repeat)))];
        try
        {
            await TrainAsync(probes, batches, progress, cancellationToken).ConfigureAwait(true);
            return [.. probes.Select(probe => sets.Select(set => MeasureOn(probe, set, cancellationToken)).ToArray())];
        }
        finally
        {
            Array.ForEach(probes, probe => probe.Optimizer.Dispose());
            Array.ForEach(probes, probe => probe.Head.Dispose());
        }
    }

    private AttentiveProbe Create(ClassifierHead kind, long seed)
    {
        nn.Module<Tensor, Tensor> head = ClassifierHeads.Create(kind, encoder.Width, classNames.Count, seed, encoder.Device);
        return new AttentiveProbe(head, new AdamW(head.named_parameters()));
    }

    private async Task TrainAsync(AttentiveProbe[] probes, ITokenBatches batches, Action<int> progress, CancellationToken cancellationToken)
    {
        long total = (long)batches.BatchesPerEpoch * _options.Epochs;
        var rate = LearningRateSchedule.WithWarmupRatio(
            total, _options.WarmupRatio, StartLearningRate, _options.PeakLearningRate, FinalLearningRate, FlatRatio);
        var decay = new RampSchedule(total, StartWeightDecay, FinalWeightDecay);
        manual_seed(_options.Seed).Dispose();
        for (int epoch = 0; epoch < _options.Epochs; epoch++)
        {
            await foreach (TokenBatch batch in batches.ReadEpochAsync(epoch, cancellationToken).ConfigureAwait(true))
            {
                using (batch)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Array.ForEach(probes, probe => Step(probe, batch, rate, decay, batches.BatchesPerEpoch));
                }
            }

            progress(epoch + 1);
        }
    }

    private void Step(AttentiveProbe probe, TokenBatch batch, LearningRateSchedule rate, RampSchedule decay, int stepsPerEpoch)
    {
        using DisposeScope step = NewDisposeScope();
        (nn.Module<Tensor, Tensor> head, AdamW optimizer) = probe;
        head.train();
        Tensor loss = nn.functional.cross_entropy(head.call(batch.Tokens), batch.Labels);

        // Reading the loss waits for the GPU. Once it is not a number it stays so: the last step of an epoch shows it.
        if ((optimizer.Steps + 1) % stepsPerEpoch == 0 && !float.IsFinite(loss.item<float>()))
            throw Diverged(probe);

        loss.backward();
        optimizer.Step(rate.At(optimizer.Steps + 1), decay.At(optimizer.Steps + 1));
        optimizer.ClearGradients();
    }

    private ClassificationMetrics MeasureOn(AttentiveProbe probe, LabeledFeatures images, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();

        // Rows → [M, N, D] on the CPU, without a copy: they may fill most of the memory.
        Tensor tokens = encoder.PatchesOf(
            frombuffer(images.Vectors, ScalarType.Float32, images.Vectors.Length).view(images.Labels.Count, images.Width));
        float[] logits = Predict(probe.Head, tokens, cancellationToken);
        return FiniteNumbers.IndexOfOther(logits) < 0
            ? ClassificationMetrics.FromLogits(logits, images.Labels, classNames)
            : throw Diverged(probe);
    }

    private ScottConfigurationException Diverged(AttentiveProbe probe)
    {
        string reason = $"because after {Plural.Of(probe.Optimizer.Steps, "step")} a probe computes numbers that are not finite";
        return new(nameof(ProbeOptions), [FormattableString.Invariant($"PeakLearningRate is {_options.PeakLearningRate}; expected less, {reason}.")]);
    }

    /// <summary>[M, N, D] → the logits, [M, C] row-major.</summary>
    private float[] Predict(nn.Module<Tensor, Tensor> head, Tensor tokens, CancellationToken cancellationToken)
    {
        using IDisposable noGradient = no_grad();
        head.eval();
        List<float> logits = [];
        for (long from = 0; from < tokens.shape[0]; from += EvaluationBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope batch = NewDisposeScope();
            Tensor some = tokens.narrow(0, from, Math.Min(EvaluationBatch, tokens.shape[0] - from)).CopyTo(encoder.Device);
            logits.AddRange(head.call(some).cpu().contiguous().data<float>());
        }

        return [.. logits];
    }

    private sealed record AttentiveProbe(nn.Module<Tensor, Tensor> Head, AdamW Optimizer);
}
