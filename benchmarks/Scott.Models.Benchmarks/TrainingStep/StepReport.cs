using System.Globalization;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>What <see cref="StepSpeed"/> found, as a table.</summary>
internal static class StepReport
{
    /// <summary>The machine's fastest matrix product, in FLOP/s, in the type that each side computes in.</summary>
    public sealed record Peaks(double Package, double Reference);

    public static void Print(StepSettings settings, StepFlops flops, StepSpeed.Result result, Peaks peaks)
    {
        double work = (double)flops.Total * settings.Batch;
        (int rounds, int steps) = (result.Loop.Length, result.StepsPerRound);
        Line($"{settings.Model}, batch {settings.Batch}, {settings.Precision} against the reference's Float32: {rounds} rounds of {steps} steps");
        double scale = settings.Batch / 1e9;
        (double target, double context, double predictor) = (flops.Target * scale, flops.Context * scale, flops.Predictor * scale);
        Line($"a step needs {work / 1e9:F1} GFLOP (target {target:F1}, context {context:F1}, predictor {predictor:F1})");
        Line($"peak matmul {peaks.Package / 1e9:F0} GFLOP/s in {settings.Precision}, {peaks.Reference / 1e9:F0} in Float32");
        Line($"{string.Empty,-28}{"images/s",10}{"ms/step",10}{"GFLOP/s",10}{"MFU",8}");
        Row("this package", result.Loop, peaks.Package);
        Row("reference-equivalent", result.Reference, peaks.Reference);
        Row("this package, no loading", result.Compute, peaks.Package);
        Ratio("this package / reference", result.Loop, result.Reference);
        Ratio("loop / compute alone", result.Loop, result.Compute);
        Line($"time of a step spent waiting for a batch: {result.WaitShare:P1}");

        void Row(string name, double[] seconds, double peak)
        {
            double median = Median(seconds);
            Line($"{name,-28}{settings.Batch / median,10:F1}{1000 * median,10:F1}{work / median / 1e9,10:F1}{work / median / peak,8:P1}");
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    private static void Ratio(string name, double[] numerator, double[] denominator)
    {
        double[] ratios = [.. numerator.Zip(denominator, (n, d) => n / d)];
        Line($"{name,-28}{Median(ratios),10:F3} of the time (median of rounds; {ratios.Min():F3} to {ratios.Max():F3})");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
