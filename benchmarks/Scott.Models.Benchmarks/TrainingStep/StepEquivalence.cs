using Scott.Models.Training;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>
/// Whether the reference-equivalent step learns what the package's learns in FP32, with every dropout rate at 0: else timing them compares
/// nothing.
/// </summary>
internal static class StepEquivalence
{
    public const double Tolerance = 1e-4;
    private const int Steps = 3;

    /// <returns>The largest relative difference: of losses, of every tensor's gradient, and of every weight after the steps.</returns>
    public static double Measure(StepBench bench)
    {
        ScottArchitecture steady = bench.Architecture with { DropoutRate = 0, AttentionDropoutRate = 0, StochasticDepthRate = 0 };
        using JepaStep step = bench.CreateStep(steady, ScalarType.Float32);
        using ReferenceStep reference = bench.CreateReference(steady);
        double worst = 0;
        for (int i = 0; i < Steps; i++)
        {
            using PretrainingBatch batch = bench.MakeOne(i);
            double loss = bench.OnTensors(batch, (target, context, keep) => step.Accumulate(target, context, keep));
            double expected = bench.OnTensors(batch, reference.Accumulate);
            worst = Math.Max(worst, Math.Abs(loss - expected) / expected);
            worst = Math.Max(worst, Compare(step, reference, parameter => parameter.grad));
            step.Update(1e-4, 0.04, 0.9);
            reference.Update(1e-4, 0.04, 0.9);
        }

        worst = Math.Max(worst, Compare(step, reference, parameter => parameter));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        return Math.Max(worst, Compare(step.Target, reference.Target, parameter => parameter));
    }

    private static double Compare(JepaStep step, ReferenceStep reference, Func<Parameter, Tensor?> select)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        return Math.Max(Compare(step.Context, reference.Context, select), Compare(step.Predictor, reference.Predictor, select));
    }

    private static double Compare(nn.Module module, ReferenceNetwork network, Func<Parameter, Tensor?> select)
    {
        Dictionary<string, Parameter> found = module.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        return network.Parameters.Max(entry => Compare(select(found[entry.Name]), select(entry.Parameter)));
    }

    private static double Compare(Tensor? found, Tensor? expected)
    {
        if (found is null || expected is null)
        {
            // The predictor's mask token has no gradient, on either side.
            return ReferenceEquals(found, expected) ? 0 : double.PositiveInfinity;
        }

        return (found - expected).norm().item<float>() / (double)expected.norm().item<float>();
    }
}
