using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class MultiLabelMetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The first is the example in the documentation of scikit-learn's <c>average_precision_score</c>; the others are worked out by hand.
    /// </summary>
    [Theory]
    [InlineData(0.8333333333333333, new[] { 0.1f, 0.4f, 0.35f, 0.8f }, new[] { 0, 0, 1, 1 })]
    [InlineData(1.0, new[] { 0.9f, 0.8f, 0.1f }, new[] { 1, 1, 0 })]
    [InlineData(1.0 / 3, new[] { 0.9f, 0.8f, 0.1f }, new[] { 0, 0, 1 })]
    [InlineData(0.4, new[] { 0.5f, 0.5f, 0.5f, 0.5f, 0.5f }, new[] { 1, 0, 0, 1, 0 })] // All tie: the share of positives.
    [InlineData((0.5 * 0.5) + (0.5 * 2 / 3), new[] { 0.9f, 0.9f, 0.5f }, new[] { 0, 1, 1 })] // Recall ½ at precision ½, then 1 at ⅔.
    [InlineData((1.0 / 3) + ((2.0 / 3) * 3 / 4), new[] { 0.9f, 0.4f, 0.4f, 0.4f, 0.1f }, new[] { 1, 1, 0, 1, 0 })]
    [InlineData(null, new[] { 0.9f, 0.8f }, new[] { 0, 0 })]
    public void AveragePrecision_KnownCases_IsThis(double? expected, float[] scores, int[] truth)
    {
        LabelMetrics label = Of(scores, truth).Labels[0];
        if (expected is null)
            Assert.Null(label.AveragePrecision);
        else
            Assert.Equal(expected.Value, label.AveragePrecision!.Value, 1e-12);
    }

    [Fact]
    public void AveragePrecision_RandomScoresWithTies_IsTheDefinitionComputedBluntly()
    {
        var random = new Random(5);
        for (int round = 0; round < 300; round++)
        {
            int images = random.Next(1, 40);
            float[] scores = [.. Enumerable.Range(0, images).Select(_ => random.Next(8) / 8f)];
            int[] truth = [.. Enumerable.Range(0, images).Select(_ => random.Next(3) / 2)];
            LabelMetrics label = Of(scores, truth).Labels[0];
            double? expected = Blunt(scores, truth);
            Assert.Equal(expected is null, label.AveragePrecision is null);
            Assert.Equal(expected ?? 0, label.AveragePrecision ?? 0, 1e-12);

            // The order of the images does not matter.
            int[] order = [.. Enumerable.Range(0, images)];
            random.Shuffle(order);
            Assert.Equal(label, Of([.. order.Select(i => scores[i])], [.. order.Select(i => truth[i])]).Labels[0]);
        }

        static double? Blunt(float[] scores, int[] truth)
        {
            (double sum, double recall) = (0, 0);
            foreach (float threshold in scores.Distinct().OrderDescending())
            {
                int[] given = [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] >= threshold)];
                int right = given.Count(i => truth[i] == 1);
                double now = (double)right / truth.Sum();
                sum += (now - recall) * right / given.Length;
                recall = now;
            }

            return truth.Sum() == 0 ? null : sum;
        }
    }

    [Fact]
    public void FromProbabilities_SmallCase_CountsEveryDecision()
    {
        // Labels a, b and c; nobody has c. At 0.5: a is given to 0 and 1, b to 1 and 2, c to 2.
        float[] probabilities = [0.9f, 0.1f, 0, 0.6f, 0.5f, 0.2f, 0.4f, 0.7f, 0.8f];
        var metrics = MultiLabelMetrics.FromProbabilities(probabilities, [[0], [1], [0, 1]], ["a", "b", "c"]);
        Assert.Equal(
            [new("a", 2, 2, 1, (1 + (2.0 / 3)) / 2, 0.5f), new("b", 2, 2, 2, 1, 0.5f), new LabelMetrics("c", 0, 1, 0, null, 0.5f)], metrics.Labels);
        Assert.Equal((3, 3.0 / 9, 2.0 * 3 / 9), (metrics.Images, metrics.HammingLoss, metrics.MicroF1!.Value));
        Assert.Equal((0.75, 2.0 / 3), (metrics.MacroF1!.Value, metrics.ChanceAveragePrecision!.Value));
        Assert.Equal(11.0 / 12, metrics.MeanAveragePrecision!.Value, 1e-12);
        Assert.Equal((0.5, 0.5, 0.5), (metrics.Labels[0].Precision, metrics.Labels[0].Recall, metrics.Labels[0].F1));
        Assert.Equal((0.0, null, 0.0), (metrics.Labels[2].Precision, metrics.Labels[2].Recall, metrics.Labels[2].F1));
        var strict = MultiLabelMetrics.FromProbabilities(probabilities, [[0], [1], [0, 1]], ["a", "b", "c"], [0.4f, 0.6f, 0.9f]);
        Assert.Equal([(3, 2), (1, 1), (0, 0)], strict.Labels.Select(label => (label.Predicted, label.Correct)));
        Assert.Null(strict.Labels[2].F1);
    }

    [Fact]
    public void FromProbabilities_NoLabelAnywhere_HasNoMeans()
    {
        var metrics = MultiLabelMetrics.FromProbabilities([0.1f, 0.2f], [[], []], ["a"]);
        Assert.Equal((null, null, null, 0.0), (metrics.MeanAveragePrecision, metrics.MicroF1, metrics.MacroF1, metrics.HammingLoss));
    }

    [Fact]
    public void FromLogits_ProbabilitiesThatRoundToOne_StillRank()
    {
        var metrics = MultiLabelMetrics.FromLogits([40, 30, 20], [[0], [], []], ["a"]);
        Assert.Equal((1.0, 3), (metrics.MeanAveragePrecision!.Value, metrics.Labels[0].Predicted));
        Assert.Equal(1.0 / 3, MultiLabelMetrics.FromProbabilities([1, 1, 1], [[0], [], []], ["a"]).MeanAveragePrecision!.Value, 1e-12);
    }

    [Fact]
    public void ChooseThresholds_RandomScores_HaveTheBestF1ThatAnyThresholdHas()
    {
        var random = new Random(6);
        for (int round = 0; round < 300; round++)
        {
            int images = random.Next(1, 30);
            float[] scores = [.. Enumerable.Range(0, images).Select(_ => random.Next(10) / 9f)];
            int[] truth = [.. Enumerable.Range(0, images).Select(_ => random.Next(2))];
            IReadOnlyList<int>[] labels = Labels(truth);
            float threshold = Assert.Single(MultiLabelMetrics.ChooseThresholds(scores, labels, 1));
            double? F1(float at) => MultiLabelMetrics.FromProbabilities(scores, labels, ["a"], [at]).Labels[0].F1;
            if (truth.Sum() == 0)
                Assert.Equal(MultiLabelMetrics.DefaultThreshold, threshold);
            else
                Assert.Equal(scores.Max(F1), F1(threshold));
        }
    }

    [Theory]
    [InlineData(0.6f, new[] { 0.8f, 0.4f, 0.2f }, new[] { 1, 0, 0 })] // In the middle.
    [InlineData(0.1f, new[] { 0.8f, 0.4f, 0.2f }, new[] { 1, 1, 1 })]
    [InlineData(0.9f, new[] { 1f, 0.8f, 0.2f }, new[] { 1, 0, 0 })]
    [InlineData(0f, new[] { 0f, 0f }, new[] { 1, 0 })] // Only all or none can be given the label.
    [InlineData(0.5f, new[] { 0.9f, 0.1f }, new[] { 0, 0 })]
    public void ChooseThresholds_SimpleCases_AreThese(float expected, float[] scores, int[] truth) =>
        Assert.Equal(expected, MultiLabelMetrics.ChooseThresholds(scores, Labels(truth), 1)[0], 1e-6f);

    [Fact]
    public void ChooseThresholds_NeighboringNumbers_SplitThem()
    {
        float lower = 0.5f, higher = MathF.BitIncrement(lower);
        Assert.Equal(higher, MultiLabelMetrics.ChooseThresholds([higher, lower], [[0], []], 1)[0]);
    }

    [Fact]
    public void From_WhatDoesNotFit_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([], [], ["a"]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([0.5f], [[0]], []));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([0.5f], [[0]], ["a", "b"]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([0.5f], [[1]], ["a"]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([0.5f], [[-1]], ["a"]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([0.5f], [null!], ["a"]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([float.NaN], [[0]], ["a"]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([1.5f], [[0]], ["a"]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([0.5f], [[0]], ["a"], [0.5f, 0.5f]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromProbabilities([0.5f], [[0]], ["a"], [float.NaN]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.FromLogits([float.PositiveInfinity], [[0]], ["a"]));
        Assert.Throws<ArgumentException>(() => MultiLabelMetrics.ChooseThresholds([0.5f], [[0]], 0));
    }

    [Fact]
    public async Task Save_Metrics_AreTheseTexts()
    {
        var metrics = MultiLabelMetrics.FromProbabilities([0.75f, 0.25f], [[0]], ["rosé, \"ash\"", "b"], [0.5f, 0.25f]);
        await metrics.SaveAsync(_folder.File("new"), TestContext.Current.CancellationToken);
        Assert.Equal(
            """"
            label,images,predicted,correct,average_precision,threshold,precision,recall,f1
            "rosé, ""ash""",1,1,1,1,0.5,1,1,1
            b,0,1,0,,0.25,0,,0

            """".ReplaceLineEndings("\n"),
            await File.ReadAllTextAsync(_folder.File("new/labels.csv"), TestContext.Current.CancellationToken));
        Assert.Equal(
            """
            {
              "images": 1,
              "meanAveragePrecision": 1,
              "chanceAveragePrecision": 1,
              "microF1": 0.6666666666666666,
              "macroF1": 1,
              "hammingLoss": 0.5,
              "labels": [
                {
                  "name": "rosé, \"ash\"",
                  "images": 1,
                  "predicted": 1,
                  "correct": 1,
                  "averagePrecision": 1,
                  "threshold": 0.5,
                  "recall": 1,
                  "precision": 1,
                  "f1": 1
                },
                {
                  "name": "b",
                  "images": 0,
                  "predicted": 1,
                  "correct": 0,
                  "averagePrecision": null,
                  "threshold": 0.25,
                  "recall": null,
                  "precision": 0,
                  "f1": 0
                }
              ]
            }

            """.ReplaceLineEndings("\n"),
            await File.ReadAllTextAsync(_folder.File("new/metrics.json"), TestContext.Current.CancellationToken));
        Assert.Equal("mAP 100.0 %, micro F1 66.7 %, macro F1 100.0 %, Hamming loss 0.500, 1 image", metrics.ToString());
    }

    private static IReadOnlyList<int>[] Labels(int[] truth) => [.. truth.Select(each => (IReadOnlyList<int>)(each == 1 ? [0] : []))];

    private static MultiLabelMetrics Of(float[] scores, int[] truth) => MultiLabelMetrics.FromProbabilities(scores, Labels(truth), ["a"]);
}
