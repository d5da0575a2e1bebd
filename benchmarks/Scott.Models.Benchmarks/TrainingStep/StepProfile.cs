using System.Diagnostics;
using System.Globalization;
using Scott.Models.Torch;
using Scott.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>Where the time of the package's step goes: its parts one after the other, the graph cut between them, on one batch.</summary>
internal sealed class StepProfile(StepBench bench)
{
    private const int Warmup = 3;

    private readonly Dictionary<string, List<double>> _milliseconds = [];

    public void Run(StepSettings settings)
    {
        using JepaStep step = bench.CreateStep(bench.Architecture, settings.ComputeType);
        using PretrainingBatch batch = bench.MakeOne(0);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Warmup + 2 || Stopwatch.GetElapsedTime(started).TotalSeconds < settings.Seconds; i++)
        {
            Time("whole step", () => bench.Take(step, batch));
            bench.OnTensors(batch, (target, context, keep) => TakeApart(step, target, context, keep));
        }

        double whole = Median("whole step");
        foreach (string part in _milliseconds.Keys)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{part,-30} {Median(part),9:F1} ms  {Median(part) / whole,6:P1}"));
    }

    private bool TakeApart(JepaStep step, Tensor targetImages, Tensor contextImages, Tensor keep)
    {
        using DisposeScope scope = NewDisposeScope();
        JepaNetworks networks = step.ComputeNetworks;
        nn.Module<Tensor, Tensor?, Tensor> targetTransformer = TransformerOf(networks.Target);
        nn.Module<Tensor, Tensor?, Tensor> transformer = TransformerOf(networks.Context);
        targetImages = targetImages.to_type(step.ComputeType);
        contextImages = contextImages.to_type(step.ComputeType);
        Tensor wanted;
        using (no_grad())
        {
            Tensor targetTokens = Time("target tokenizer", () => networks.Target.Tokenizer.call(targetImages, null));
            wanted = Time("target blocks", () => FeatureNorm.Apply(targetTransformer.call(targetTokens, null).to_type(ScalarType.Float32)));
        }

        Tensor tokens = Time("context tokenizer", () => networks.Context.Tokenizer.call(contextImages, keep));
        Tensor tokensCut = Cut(tokens);
        Tensor stream = Time("context blocks", () => transformer.call(tokensCut, keep));
        Tensor streamCut = Cut(stream);
        Tensor predicted = Time("predictor", () => networks.Predictor.call(streamCut));
        Tensor predictedCut = Cut(predicted);
        Time("loss and its backward", () => LatentPredictionLoss.Compute(predictedCut.to_type(ScalarType.Float32), wanted, keep).backward());
        Time("predictor backward", () => predicted.backward([predictedCut.grad!]));
        Time("context blocks backward", () => stream.backward([streamCut.grad!]));
        Time("context tokenizer backward", () => tokens.backward([tokensCut.grad!]));
        Time("gradients to single precision", () => step.CollectGradients());
        Time("gradient norms", () => step.MeasureGradients());
        Time("AdamW, EMA", () => step.Update(1e-4, 0.04, 0.996));
        return true;
    }

    private static nn.Module<Tensor, Tensor?, Tensor> TransformerOf(Backbone backbone) =>
        (nn.Module<Tensor, Tensor?, Tensor>)backbone.named_children().Single(child => child.name == "transformer").module;

    private static Tensor Cut(Tensor tensor) => tensor.detach().requires_grad_();

    private void Time(string part, Action action) => Time(part, () =>
    {
        action();
        return true;
    });

    private TResult Time<TResult>(string part, Func<TResult> action)
    {
        long started = Stopwatch.GetTimestamp();
        TResult result = action();
        if (!_milliseconds.TryGetValue(part, out List<double>? times))
            _milliseconds[part] = times = [];

        times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return result;
    }

    private double Median(string part) => StepReport.Median(_milliseconds[part].Skip(Warmup));
}
