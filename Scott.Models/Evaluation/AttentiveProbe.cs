using Scott.Models.Data;
using Scott.Models.Heads;
using Scott.Models.Layers;
using Scott.Models.Optimization;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Scott.Models.Optimization.AdamW;

namespace Scott.Models.Evaluation;

/// <summary>Trains a simple attentive head on frozen, normalised patch tokens and tests it. On the CPU: the head is tiny.</summary>
/// <remarks>Paper, section 4; reference: <c>src/eval.py</c> at commit 8b6c6f9.</remarks>
internal static class AttentiveProbe
{
    private const double StartLearningRate = 1e-6;
    private const double FinalLearningRate = 1e-5;
    private const double FlatRatio = 0.72;
    private const double StartWeightDecay = 0.04;
    private const double FinalWeightDecay = 0.4;
    private const int EvaluationBatch = 256;

    /// <param name="training">Rows of N·D.</param>
    /// <param name="validation">Rows of N·D.</param>
    /// <param name="width">D.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told the epochs done.</param>
    /// <param name="cancellationToken">Cancels between steps.</param>
    public static ProbeAccuracy Measure(
        LabelledFeatures training,
        LabelledFeatures validation,
        int width,
        int classes,
        ProbeOptions options,
        Action<int>? progress,
        CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        using var head = new SimpleAttentiveHead(width, classes);
        ModuleWeights.Load(head, BackboneLayout.Initialize(HeadLayout.Simple(width, classes), options.Seed));
        Tensor tokens = Tokens(training, width);
        Train(head, tokens, training.Labels, options, progress, cancellationToken);
        return ProbeAccuracy.Measure(Predict(head, Tokens(validation, width)), validation.Labels, Predict(head, tokens), training.Labels);
    }

    private static void Train(
        SimpleAttentiveHead head, Tensor tokens, IReadOnlyList<int> labels, ProbeOptions options, Action<int>? progress, CancellationToken cancellationToken)
    {
        int batchSize = Math.Min(options.BatchSize, labels.Count);
        int stepsPerEpoch = labels.Count / batchSize;
        long total = (long)stepsPerEpoch * options.Epochs;
        var rate = new LearningRateSchedule(
            total, Math.Min((long)Math.Round(options.WarmupRatio * total), total - 1), StartLearningRate, options.PeakLearningRate, FinalLearningRate, FlatRatio);
        var decay = new RampSchedule(total, StartWeightDecay, FinalWeightDecay);
        using var optimizer = new AdamW(head.named_parameters());
        Tensor wanted = tensor(labels.Select(label => (long)label).ToArray());
        manual_seed(options.Seed).Dispose();
        head.train();
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            int[] order = EpochOrder.Draw(options.Seed, epoch, labels.Count);
            for (int from = 0; from + batchSize <= labels.Count; from += batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DisposeScope step = NewDisposeScope();
                Tensor index = tensor(order.AsSpan(from, batchSize).ToArray());
                nn.functional.cross_entropy(head.call(tokens[index]), wanted[index]).backward();
                optimizer.Step(rate.At(optimizer.Steps + 1), decay.At(optimizer.Steps + 1));
                optimizer.ClearGradients();
            }

            progress?.Invoke(epoch + 1);
        }
    }

    private static List<int> Predict(SimpleAttentiveHead head, Tensor tokens)
    {
        using IDisposable noGradient = no_grad();
        head.eval();
        List<int> predicted = [];
        for (long from = 0; from < tokens.shape[0]; from += EvaluationBatch)
        {
            using DisposeScope batch = NewDisposeScope();
            Tensor logits = head.call(tokens.narrow(0, from, Math.Min(EvaluationBatch, tokens.shape[0] - from)));
            predicted.AddRange(logits.argmax(1).data<long>().Select(label => (int)label));
        }

        return predicted;
    }

    private static Tensor Tokens(LabelledFeatures features, int width) => tensor(features.Vectors, features.Labels.Count, features.Width / width, width);
}
