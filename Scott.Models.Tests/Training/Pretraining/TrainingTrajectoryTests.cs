using System.Runtime.InteropServices;
using System.Text.Json;
using Scott.Models.Tests.Parity;
using Scott.Models.Tests.Torch;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Training;

/// <summary>The reference's first training steps: losses, learning rate, weight decay, momentum, and all three networks afterwards.</summary>
[Collection(TorchTests.Name)]
public sealed class TrainingTrajectoryTests
{
    private const double RelativeLossTolerance = 1e-4;
    private const double WeightTolerance = 1e-4;

    public static TheoryData<string> Cases => ParityCases.OfKind("training");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_GoldenBatches_FollowTheReference(string path)
    {
        var golden = new TrainingCase(path);
        using JepaStep step = golden.CreateStep();
        for (int i = 0; i < golden.Steps; i++)
            golden.Take(step, i);

        golden.AssertFinal(step);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Restore_InTheMiddle_EndsInTheSameBits(string path)
    {
        var golden = new TrainingCase(path);
        using JepaStep whole = golden.CreateStep();
        using JepaStep resumed = golden.CreateStep();
        for (int i = 0; i < golden.Steps; i++)
        {
            golden.Take(whole, i);
            if (i == 1)
                resumed.Restore(whole.Export(), whole.Steps);
            else if (i > 1)
                golden.Take(resumed, i);
        }

        WeightSet expected = whole.Export();
        WeightSet found = resumed.Export();
        Assert.Equal(whole.Steps, resumed.Steps);
        Assert.Equal(expected.Names, found.Names);
        Assert.All(expected, weight => Assert.True(weight.Data.Span.SequenceEqual(found[weight.Name].Data.Span), weight.Name));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_Taken_LeaveNoTensorBehind(string path)
    {
        var golden = new TrainingCase(path);
        using JepaStep step = golden.CreateStep();
        golden.Take(step, 0);
        long before = LiveTensors.CountSettled();
        for (int i = 1; i < golden.Steps; i++)
            golden.Take(step, i);

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Accumulate_HalvesOfABatch_GiveTheWholeBatchsGradients(string path)
    {
        var golden = new TrainingCase(path);
        using JepaStep whole = golden.CreateStep();
        using JepaStep halves = golden.CreateStep();
        golden.Accumulate(whole, 0, from: 0, count: 2, share: 1);
        golden.Accumulate(halves, 0, from: 0, count: 1, share: 0.5);
        golden.Accumulate(halves, 0, from: 1, count: 1, share: 0.5);
        GradientNorms expected = whole.MeasureGradients();
        GradientNorms found = halves.MeasureGradients();
        Assert.All(
            new[] { (expected.Tokenizer, found.Tokenizer), (expected.Transformer, found.Transformer), (expected.Predictor, found.Predictor) },
            pair => Assert.Equal(pair.Item1, pair.Item2, 1e-4 * pair.Item1));
        Assert.True(expected.Tokenizer > 0 && expected.Transformer > 0 && expected.Predictor > 0);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void LimitGradients_LongerThanAllowed_GivesThatLength(string path)
    {
        var golden = new TrainingCase(path);
        using JepaStep step = golden.CreateStep();
        golden.Accumulate(step, 0, from: 0, count: 2, share: 1);
        double length = step.MeasureGradients().Total;
        GradientLength.Limit(step.TrainedParameters, length, 2 * length);
        Assert.Equal(length, step.MeasureGradients().Total, 1e-6 * length);
        GradientLength.Limit(step.TrainedParameters, length, length / 4);
        Assert.Equal(length / 4, step.MeasureGradients().Total, 1e-3 * length);
        step.ClearGradients();
        Assert.Equal(0, step.MeasureGradients().Total);
    }

    private sealed class TrainingCase
    {
        private readonly WeightSet _tensors;
        private readonly BackboneCase _case;
        private readonly LearningRateSchedule _rate;
        private readonly RampSchedule _decay;
        private readonly RampSchedule _momentum;

        public TrainingCase(string path)
        {
            SafetensorsContent content = ParityCases.Read(path);
            _tensors = content.Tensors;
            _case = new BackboneCase(path);
            using JsonDocument document = JsonDocument.Parse(content.Metadata["optimizer"]);
            JsonElement optimizer = document.RootElement;
            double Number(string name) => optimizer.GetProperty(name).GetDouble();
            long total = optimizer.GetProperty("total_steps").GetInt64();
            _rate = new LearningRateSchedule(
                total,
                optimizer.GetProperty("lr_warmup_steps").GetInt64(),
                Number("lr_start"),
                Number("lr_peak"),
                Number("lr_final"),
                Number("lr_flat_pctg"));
            _decay = new RampSchedule(total, Number("wd_start"), Number("wd_final"));
            _momentum = new RampSchedule(optimizer.GetProperty("ema_total_steps").GetInt64(), Number("ema_start"), Number("ema_final"));
            Steps = _tensors.Names.Count(name => name.EndsWith(".loss", StringComparison.Ordinal));
        }

        public int Steps { get; }

        public JepaStep CreateStep() => new(
            _case.Architecture, new PretrainingOptions { PredictorDepth = _case.PredictorDepth }, _tensors.StripPrefix("start.context."),
            _tensors.StripPrefix("start.predictor."), TorchDevice.Cpu);

        public void Take(JepaStep step, int index)
        {
            ReadOnlySpan<double> values = MemoryMarshal.Cast<byte, double>(_tensors[$"step{index}.lr_wd_ema"].Data.Span);
            (double rate, double decay, double momentum) = (_rate.At(index + 1), _decay.At(index + 1), _momentum.At(index + 1));
            Assert.Equal(values[0], rate, 1e-12);
            Assert.Equal(values[1], decay, 1e-12);
            Assert.Equal(values[2], momentum, 1e-12);
            using DisposeScope scope = NewDisposeScope();
            WeightTensor keep = _tensors[$"step{index}.keep"];
            Tensor keepMask = tensor(MemoryMarshal.Cast<byte, int>(keep.Data.Span).ToArray(), keep.Shape);
            double loss = step.Accumulate(_case.Input($"step{index}.x_target"), _case.Input($"step{index}.x_context"), keepMask);
            double expected = _tensors[$"step{index}.loss"].ToArray()[0];
            Assert.Equal(expected, loss, RelativeLossTolerance * expected);
            step.Update(rate, decay, momentum);
        }

        public void Accumulate(JepaStep step, int index, int from, int count, double share)
        {
            using DisposeScope scope = NewDisposeScope();
            WeightTensor keep = _tensors[$"step{index}.keep"];
            Tensor keepMask = tensor(MemoryMarshal.Cast<byte, int>(keep.Data.Span).ToArray(), keep.Shape);
            Tensor Part(Tensor whole) => whole.narrow(0, from, count);
            step.Accumulate(Part(_case.Input($"step{index}.x_target")), Part(_case.Input($"step{index}.x_context")), Part(keepMask), share);
        }

        public void AssertFinal(JepaStep step)
        {
            WeightSet state = step.Export();
            Assert.NotEmpty(_tensors.StripPrefix("final."));
            foreach (WeightTensor expected in _tensors.StripPrefix("final."))
            {
                float[] found = state[expected.Name].ToArray();
                Assert.All(expected.ToArray().Zip(found), pair => Assert.Equal(pair.First, pair.Second, WeightTolerance));
            }
        }
    }
}
