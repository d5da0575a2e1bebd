using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Scott.Models.Torch.AdamW;

namespace Scott.Models.Training;

/// <summary>An attentive head on frozen patch tokens, with its optimizer. Owns both.</summary>
internal sealed class AttentiveProbe : IDisposable
{
    private const int EvaluationBatch = 256;

    private readonly nn.Module<Tensor, Tensor> _head;
    private readonly AdamW _optimizer;
    private readonly Device _device;

    public AttentiveProbe(ProbeKind kind, int width, int classes, long seed, Device device)
    {
        Kind = kind;
        _device = device;
        _head = ProbeHeads.Create(kind, width, classes, seed, device);
        _optimizer = new AdamW(_head.named_parameters());
    }

    public ProbeKind Kind { get; }

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
            Tensor part = tokens.narrow(0, from, Math.Min(EvaluationBatch, tokens.shape[0] - from)).to(_device, copy: true);
            logits.AddRange(_head.call(part).cpu().contiguous().data<float>());
        }

        return [.. logits];
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _head.Dispose();
    }
}
