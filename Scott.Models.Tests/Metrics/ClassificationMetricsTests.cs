using System.Globalization;
using System.Text.Json;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class ClassificationMetricsTests
{
    private static readonly string[] Names = ["ash", "beech", "cedar"];

    /// <summary>Two of ash, one of them taken for beech; one beech, found; one cedar, taken for beech.</summary>
    private static readonly float[] Probabilities =
    [
        0.7f, 0.2f, 0.1f,
        0.3f, 0.6f, 0.1f,
        0.1f, 0.9f, 0,
        0.1f, 0.5f, 0.4f,
    ];

    private static readonly int[] Labels = [0, 0, 1, 2];

    [Fact]
    public void FromProbabilities_KnownImages_GivesTheFiguresByHand()
    {
        var metrics = ClassificationMetrics.FromProbabilities(Probabilities, Labels, Names);
        Assert.Equal(4, metrics.Images);
        Assert.Equal(0.5, metrics.Top1, 12);
        Assert.Equal(1, metrics.Top5);
        Assert.Equal((0.5 + 1 + 0) / 3, metrics.MeanPerClassTop1, 12);
        Assert.Equal(
            [new ClassMetrics("ash", 2, 1, 1), new ClassMetrics("beech", 1, 1, 3), new ClassMetrics("cedar", 1, 0, 0)], metrics.Classes);
        Assert.Equal((0.5, 1.0), (metrics.Classes[0].Recall, metrics.Classes[0].Precision));
        Assert.Equal((1.0, 1.0 / 3), (metrics.Classes[1].Recall, metrics.Classes[1].Precision));
        Assert.Equal((0.0, null), (metrics.Classes[2].Recall, metrics.Classes[2].Precision));

        // Each image is alone in its bin: right at 0.7 and 0.9, wrong at 0.6 and 0.5.
        Assert.Equal((0.3 + 0.1 + 0.6 + 0.5) / 4, metrics.CalibrationError, 6);
        Assert.Equal("top-1 50.0 %, top-5 100.0 %, mean per class 50.0 %, calibration error 0.375, 4 images", metrics.ToString());
    }

    [Fact]
    public void FromLogits_AnyShift_EqualsTheProbabilities()
    {
        // The softmax of logarithms is the numbers again, whatever is added to a row.
        float[] logits = [.. Probabilities.Select((value, i) => MathF.Log(value + 1e-9f) + (i / 3 * 100))];
        var metrics = ClassificationMetrics.FromLogits(logits, Labels, Names);
        Assert.Equal(0.375, metrics.CalibrationError, 4);
        Assert.Equal(ClassificationMetrics.FromProbabilities(Probabilities, Labels, Names).Confusion, metrics.Confusion);
        Assert.Equal(1, ClassificationMetrics.FromLogits([1e30f, -1e30f, 0], [0], Names).Top1);
    }

    [Fact]
    public void FromProbabilities_ManyClasses_Top5LooksAtFive()
    {
        float[] row = [0.25f, 0.2f, 0.18f, 0.15f, 0.1f, 0.07f, 0.05f];
        string[] names = [.. Enumerable.Range(0, 7).Select(label => $"{label}")];
        double Top5(int label) => ClassificationMetrics.FromProbabilities(row, [label], names).Top5;
        Assert.Equal([1, 1, 1, 1, 1, 0, 0], Enumerable.Range(0, 7).Select(Top5));
    }

    /// <summary>A class for which no neighbor votes is not likely, whatever its number.</summary>
    [Fact]
    public void FromProbabilities_ProbabilityZero_IsNotAmongTheMostLikely()
    {
        string[] names = [.. Enumerable.Range(0, 8).Select(label => $"{label}")];
        float[] row = [0, 0, 0, 0.5f, 0, 0, 0.5f, 0];
        double Top5(int label) => ClassificationMetrics.FromProbabilities(row, [label], names).Top5;
        Assert.Equal([0, 0, 0, 1, 0, 0, 1, 0], Enumerable.Range(0, 8).Select(Top5));
        Assert.Equal(1, ClassificationMetrics.FromProbabilities([1, 0], [1], ["a", "b"]).Top5); // As every class counts.
    }

    [Fact]
    public void FromProbabilities_EqualProbabilities_GoToTheFirstClasses()
    {
        string[] names = [.. Enumerable.Range(0, 8).Select(label => $"{label}")];
        float[] row = [.. Enumerable.Repeat(0.125f, 8)];
        ClassificationMetrics Of(int label) => ClassificationMetrics.FromProbabilities(row, [label], names);
        Assert.Equal((1, 1), (Of(0).Top1, Of(0).Top5));
        Assert.Equal((0, 1), (Of(4).Top1, Of(4).Top5));
        Assert.Equal((0, 0), (Of(5).Top1, Of(5).Top5));
    }

    [Fact]
    public void FromProbabilities_ClassWithoutImage_IsLeftOutOfTheMean()
    {
        var metrics = ClassificationMetrics.FromProbabilities([1, 0, 0, 0, 1, 0], [0, 1], Names);
        Assert.Equal(1, metrics.MeanPerClassTop1);
        Assert.Null(metrics.Classes[2].Recall);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void FromLogits_AnyImages_KeepTheLaws(int seed)
    {
        var random = new Random(seed);
        int classes = random.Next(2, 12);
        string[] names = [.. Enumerable.Range(0, classes).Select(label => $"{label}")];
        int[] labels = [.. Enumerable.Range(0, 200).Select(_ => random.Next(classes))];
        float[] logits = [.. Enumerable.Range(0, 200 * classes).Select(_ => (float)random.NextDouble() * 8)];
        var metrics = ClassificationMetrics.FromLogits(logits, labels, names);
        Assert.All(Enumerable.Range(0, classes), label =>
        {
            Assert.Equal(labels.Count(each => each == label), metrics.Confusion.CountActual(label));
            Assert.Equal(metrics.Classes[label].Predicted, metrics.Confusion.CountPredicted(label));
        });
        Assert.Equal(200, metrics.Classes.Sum(each => each.Predicted));
        Assert.Equal(metrics.Top1, metrics.Classes.Sum(each => each.Correct) / 200.0, 12);
        Assert.InRange(metrics.Top5, metrics.Top1, 1);
        Assert.InRange(metrics.CalibrationError, 0, 1);
        Assert.Equal(metrics, ClassificationMetrics.FromLogits(logits, labels, names));
        Assert.NotEqual(metrics, ClassificationMetrics.FromLogits(logits, [.. labels.Select(label => (label + 1) % classes)], names));
    }

    [Theory]
    [InlineData(new[] { 0.5f, 0.4f }, new[] { 0 }, "the sum 0.9")]
    [InlineData(new[] { 1.5f, -0.5f }, new[] { 0 }, "the minimum -0.5")]
    [InlineData(new[] { float.NaN, 1 }, new[] { 0 }, "NaN")]
    [InlineData(new[] { 0.5f, 0.5f, 1 }, new[] { 0 }, "3 probabilities for 1 label and 2 classes; expected 2")]
    [InlineData(new[] { 0.5f, 0.5f }, new[] { 2 }, "the class 2; expected 0 to 1")]
    [InlineData(new[] { 0.5f, 0.5f }, new[] { -1 }, "the class -1; expected 0 to 1")]
    [InlineData(new float[0], new int[0], "0 labels")]
    public void FromProbabilities_WhatDoesNotFit_IsRefused(float[] probabilities, int[] labels, string message) => Assert.Contains(
        message,
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.FromProbabilities(probabilities, labels, ["a", "b"])).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void FromLogits_NotFinite_NamesTheImage(float logit) => Assert.Contains(
        "image 1",
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.FromLogits([1, 2, 3, logit], [0, 0], ["a", "b"])).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task SaveAsync_Folder_HoldsJsonTablesAndImage()
    {
        using var folder = new TemporaryFolder();
        var metrics = ClassificationMetrics.FromProbabilities(Probabilities, Labels, Names);
        await metrics.SaveAsync(folder.File("new"));
        Assert.Equal(
            ["classes.csv", "confusion.csv", "confusion.svg", "metrics.json"],
            Directory.GetFiles(folder.File("new")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("new/metrics.json")));
        Assert.Equal(0.5, json.RootElement.GetProperty("top1").GetDouble());
        Assert.Equal("beech", json.RootElement.GetProperty("classes")[1].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("classes")[2].GetProperty("precision").ValueKind);
        Assert.Equal([1, 1, 0], json.RootElement.GetProperty("confusion")[0].EnumerateArray().Select(count => count.GetInt32()));
        Assert.Equal(metrics.Confusion.ToCsv(), await File.ReadAllTextAsync(folder.File("new/confusion.csv")));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => metrics.SaveAsync(folder.Path, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void ToCsv_AnotherCulture_GivesTheSameText()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            var metrics = ClassificationMetrics.FromProbabilities(Probabilities, Labels, ["a \"b\", c", "beech", "cedar"]);
            Assert.Equal(
                "class,images,correct,predicted,recall,precision\n\"a \"\"b\"\", c\",2,1,1,0.5,1\n"
                + "beech,1,1,3,1,0.3333333333333333\ncedar,1,0,0,0,\n",
                metrics.ToCsv());
            Assert.Contains("\"top1\": 0.5", metrics.ToJson(), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
