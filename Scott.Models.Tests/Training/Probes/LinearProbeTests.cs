using Scott.Models.Metrics;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class LinearProbeTests
{
    private static readonly string[] Names = ["down", "up"];

    [Fact]
    public void Measure_NoisyFeatures_ChoosesTheBestPenaltyOnValidation()
    {
        // Few images in many dimensions: hardly any penalty means learning noise by heart.
        EvaluationFeatures features = Draw(seed: 4, width: 60, training: 40);
        (ProbeResult result, double penalty) = LinearProbe.Measure(features, Names, CancellationToken.None);
        double best = new[] { 10, 1, 0.1, 0.01, 1e-3, 1e-4 }.Max(each => Accuracy(features, features.Validation, each));
        Assert.Equal(best, result.Validation.Top1, 9);
        Assert.Equal(best, Accuracy(features, features.Validation, penalty), 9);
        Assert.Equal(Accuracy(features, features.Test, penalty), result.Test.Top1, 9);
        Assert.Equal(ClassifierHead.Linear, result.Head);
        Assert.InRange(result.TrainingTop1!.Value, result.Test.Top1, 1);
    }

    [Fact]
    public void Measure_ShuffledTestLabels_ChooseNothingElse()
    {
        EvaluationFeatures features = Draw(seed: 4, width: 60, training: 40);
        EvaluationFeatures shuffled = features with { Test = features.Test with { Labels = [.. features.Test.Labels.Select(label => 1 - label)] } };
        (ProbeResult result, double penalty) = LinearProbe.Measure(features, Names, CancellationToken.None);
        (ProbeResult other, double otherPenalty) = LinearProbe.Measure(shuffled, Names, CancellationToken.None);
        Assert.Equal((penalty, result.Validation), (otherPenalty, other.Validation));
        Assert.Equal(1, result.Test.Top1 + other.Test.Top1, 9);
    }

    [Fact]
    public void Measure_ManyImages_IsCalibrated()
    {
        (ProbeResult result, _) = LinearProbe.Measure(Draw(seed: 4, width: 8, training: 400), Names, CancellationToken.None);
        Assert.InRange(result.Test.Top1, 0.8, 0.99);
        Assert.InRange(result.Test.CalibrationError, 0, 0.08);
    }

    [Fact]
    public void Measure_Canceled_Ends() => Assert.Throws<OperationCanceledException>(
        () => LinearProbe.Measure(Draw(1, 4, 10), Names, new CancellationToken(canceled: true)));

    private static double Accuracy(EvaluationFeatures features, LabeledFeatures queries, double penalty)
    {
        double[] scores = new RidgeProbe(features.Training, 2).Scores(queries, penalty);
        return queries.Labels.Select((label, i) => scores[(2 * i) + label] > scores[(2 * i) + 1 - label] ? 1.0 : 0).Average();
    }

    /// <summary>The class is the sign of the first number, which is seen with noise; the other numbers say nothing.</summary>
    private static EvaluationFeatures Draw(int seed, int width, int training)
    {
        var random = new Random(seed);
        LabeledFeatures Points(int count)
        {
            float[] values = [.. Enumerable.Range(0, count * width).Select(_ => (float)((random.NextDouble() * 2) - 1))];
            int[] labels = [.. Enumerable.Range(0, count).Select(i => values[i * width] > 0 ? 1 : 0)];
            for (int i = 0; i < count; i++)
                values[i * width] += (float)((random.NextDouble() - 0.5) * 0.8);

            return new LabeledFeatures(values, labels);
        }

        return new EvaluationFeatures(Points(training), Points(80), Points(300));
    }
}
