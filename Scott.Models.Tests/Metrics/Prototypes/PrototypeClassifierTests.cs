using Scott.Models.Foundation;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics.Prototypes;

public sealed class PrototypeClassifierTests
{
    private const int Width = 6;
    private static readonly LabeledFeatures Features = Clusters.Draw(classes: 4, images: 40, Width, spread: 0.6, "examples");
    private static readonly PrototypeExample[] Examples = Clusters.Examples(Features);
    private static readonly float[][] Queries = [.. Clusters.Draw(4, 50, Width, 0.8, "queries").Vectors.Chunk(Width)];

    [Fact]
    public void Add_NamesThatNoFileCanHold_AreRefused()
    {
        PrototypeClassifier classifier = Create();
        string half = "a\ud83d";
        Assert.Throws<ArgumentException>(() => classifier.Add(half, "image", new float[] { 1, 2, 3, 4, 5, 6 }));
        Assert.Throws<ArgumentException>(() => classifier.Add("a", half, new float[] { 1, 2, 3, 4, 5, 6 }));
        string name = classifier.ClassNames[0];
        Assert.Throws<ArgumentException>(() => classifier.RenameClass(name, half));
        Assert.Throws<ArgumentException>(() => classifier.Relabel(classifier.Examples[0].Name, half));
        Assert.Equal(name, classifier.ClassNames[0]);
        classifier.Add("\ud83d\ude00", "smile", new float[] { 1, 2, 3, 4, 5, 6 });
        Assert.Contains("\ud83d\ude00", classifier.ClassNames);
    }

    [Fact]
    public void Classify_WithoutClasses_IsUnknown()
    {
        PrototypePrediction prediction = new PrototypeClassifier(Width).Classify(Queries[0]);
        Assert.True(prediction.IsUnknown);
        Assert.Null(prediction.ClassName);
        Assert.Empty(prediction.Classes);
        Assert.Empty(new PrototypeClassifier(Width).PredictSet(Queries[0], 0.9));
    }

    [Fact]
    public void Classify_WithOneExample_KnowsEveryImage()
    {
        var classifier = new PrototypeClassifier(Width);
        classifier.Add("only", "a", Queries[0]);
        PrototypePrediction prediction = classifier.Classify(Queries[1], unknownRate: 0.99);
        Assert.Equal(("only", 1, 1f), (prediction.ClassName, prediction.Typicality, Assert.Single(prediction.Classes).Probability));
        Assert.Equal("only", Assert.Single(classifier.PredictSet(Queries[1], 0.9)).ClassName);
    }

    [Fact]
    public void Classify_OneClassOfMany_CallsFarImagesUnknown()
    {
        var classifier = new PrototypeClassifier(3);
        var random = new DeterministicRandom(3, "one class");
        for (int i = 0; i < 40; i++)
            classifier.Add("only", $"{i}", [1, (float)(0.1 * random.NextNormal()), (float)(0.1 * random.NextNormal())]);

        Assert.Equal("only", classifier.Classify([1, 0.05f, 0]).ClassName);
        Assert.True(classifier.Classify([0, 1, 1]).IsUnknown);
        Assert.False(classifier.Classify([0, 1, 1], unknownRate: 0).IsUnknown);
    }

    [Fact]
    public void Classify_AnyVector_GivesProbabilitiesThatSumToOneMostLikelyFirst()
    {
        PrototypeClassifier classifier = Create();
        Assert.All(Queries, query =>
        {
            PrototypePrediction prediction = classifier.Classify(query);
            Assert.Equal(1, prediction.Classes.Sum(score => score.Probability), 5);
            Assert.Equal(prediction.Classes.OrderByDescending(score => score.Probability), prediction.Classes);
            Assert.Equal(4, prediction.Classes.Select(score => score.ClassName).Distinct().Count());
            Assert.InRange(prediction.Typicality, 1.0 / 41, 1);
        });
    }

    [Fact]
    public void Classify_ImagesOfTheClasses_IsMostlyRight()
    {
        PrototypeClassifier classifier = Create();
        LabeledFeatures test = Clusters.Draw(4, 400, Width, 0.6, "test");
        int right = Clusters.Examples(test).Count(image => classifier.Classify(image.Vector.Span, 0).ClassName == image.ClassName);
        Assert.InRange(right, 300, 400);
    }

    [Fact]
    public void Examples_InAnyOrder_GiveTheSameBits()
    {
        var classifier = new PrototypeClassifier(Width);
        int[] order = [.. Enumerable.Range(0, Examples.Length)];
        new DeterministicRandom(4, "order").Shuffle(order);
        foreach (int i in order)
            classifier.Add(Examples[i].ClassName, Examples[i].Name, Examples[i].Vector.Span);

        AssertSame(Create(), classifier);
    }

    [Fact]
    public void Remove_WhatWasAdded_GivesTheFormerBits()
    {
        PrototypeClassifier classifier = Create();
        classifier.Add("class 0", "extra", Queries[0]);
        classifier.Add("new", "extra 2", Queries[1]);
        AssertDifferent(Create(), classifier);
        Assert.True(classifier.Remove("extra"));
        Assert.True(classifier.RemoveClass("new"));
        Assert.False(classifier.Remove("extra"));
        Assert.False(classifier.RemoveClass("new"));
        AssertSame(Create(), classifier);
    }

    [Fact]
    public void Relabel_ThereAndBack_GivesTheFormerBits()
    {
        PrototypeClassifier classifier = Create();
        Assert.True(classifier.Relabel("0000", "class 3"));
        Assert.Equal("class 3", classifier.Examples.Single(example => example.Name == "0000").ClassName);
        AssertDifferent(Create(), classifier);
        Assert.True(classifier.Relabel("0000", "class 0"));
        Assert.False(classifier.Relabel("no such image", "class 0"));
        AssertSame(Create(), classifier);
    }

    [Fact]
    public void Add_AnImageAgain_ReplacesIt()
    {
        PrototypeClassifier classifier = Create();
        classifier.Add("class 1", Examples[0].Name, Examples[0].Vector.Span);
        Assert.Equal(Examples.Length, classifier.Examples.Count);
        classifier.Add("class 0", Examples[0].Name, Examples[0].Vector.Span);
        AssertSame(Create(), classifier);
    }

    [Fact]
    public void RenameClass_ToANewName_KeepsPredictionsAndCalibration()
    {
        PrototypeClassifier classifier = Create();
        classifier.Calibrate(Clusters.Examples(Clusters.Draw(4, 80, Width, 0.6, "held out"), "h"));
        PrototypePrediction[] before = Predict(classifier);
        Assert.True(classifier.RenameClass("class 2", "zebra"));
        Assert.False(classifier.RenameClass("class 2", "zebra"));
        Assert.Throws<ArgumentException>("newName", () => classifier.RenameClass("zebra", "class 0"));
        Assert.Equal(["class 0", "class 1", "class 3", "zebra"], classifier.ClassNames);
        Assert.Equal(20, classifier.HeldOut.Count(image => image.ClassName == "zebra"));
        Assert.All(before.Zip(Predict(classifier)), pair =>
        {
            Assert.Equal(pair.First.Classes[0].ClassName.Replace("class 2", "zebra", StringComparison.Ordinal), pair.Second.Classes[0].ClassName);
            Assert.Equal(pair.First.Classes[0].Probability, pair.Second.Classes[0].Probability, 1e-5f);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PredictSet_AtAStatedCoverage_HoldsTheRightClassSoOften(bool isHeldOut)
    {
        var classifier = new PrototypeClassifier(Width);
        classifier.AddRange(Clusters.Examples(Clusters.Draw(4, isHeldOut ? 40 : 1200, Width, 1, "learned")));
        if (isHeldOut)
            classifier.Calibrate(Clusters.Examples(Clusters.Draw(4, 1200, Width, 1, "calibrating"), "h"));

        PrototypeExample[] test = Clusters.Examples(Clusters.Draw(4, 4000, Width, 1, "tested"));
        foreach (double coverage in new[] { 0.8, 0.9 })
        {
            double share = test.Count(image => classifier.PredictSet(image.Vector.Span, coverage).Any(score => score.ClassName == image.ClassName))
                / (double)test.Length;
            Assert.InRange(share, coverage - 0.03, coverage + 0.03);
        }

        double unknown = test.Count(image => classifier.Classify(image.Vector.Span, 0.1).IsUnknown) / (double)test.Length;
        Assert.InRange(unknown, 0.07, 0.13);
        Assert.InRange(test.Average(image => classifier.PredictSet(image.Vector.Span, 0.9).Count), 1, 3.9);
    }

    [Fact]
    public void PredictSet_WithTooFewImagesForTheCoverage_IsAllClasses()
    {
        var classifier = new PrototypeClassifier(Width);
        classifier.AddRange(Examples.Take(8)); // two of each class: 8 images cannot tell 90 %
        Assert.Equal(4, classifier.PredictSet(Queries[0], 0.9).Count);
        Assert.InRange(classifier.PredictSet(Queries[0], 0.5).Count, 0, 3);
        Assert.False(classifier.Classify(Queries[0], unknownRate: 0.1).IsUnknown);
        Assert.Equal(4, classifier.PredictSet(Queries[0], 1).Count);
        Assert.Empty(classifier.PredictSet(Queries[0], 0));
    }

    [Fact]
    public void Calibrate_WithNothing_ReturnsToTheExamples()
    {
        PrototypeClassifier classifier = Create();
        classifier.Calibrate(Clusters.Examples(Clusters.Draw(4, 60, Width, 0.6, "held out"), "h"));
        AssertDifferent(Create(), classifier);
        Assert.Throws<ArgumentException>("heldOut", () => classifier.Calibrate([Examples[0]]));
        Assert.Equal(60, classifier.HeldOut.Count);
        classifier.Calibrate([new PrototypeExample("no such class", "x", Queries[0])]);
        Assert.DoesNotContain("no such class", classifier.ClassNames);
        classifier.Calibrate([]);
        AssertSame(Create(), classifier);
    }

    [Fact]
    public async Task Readers_BesideAWriter_SeeWholeChangesOnly()
    {
        PrototypeExample[] first = [.. Examples.Select(example => example with { ClassName = "x " + example.ClassName })];
        PrototypeClassifier classifier = Create();
        PrototypePrediction[] even = Predict(classifier);
        classifier.AddRange(first);
        PrototypePrediction[] odd = Predict(classifier);
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 4).Select(reader => Task.Run(() =>
        {
            for (int i = reader; !stop.IsCancellationRequested; i++)
            {
                int query = i % Queries.Length;
                PrototypePrediction found = classifier.Classify(Queries[query]);
                Assert.True(
                    found.Classes.SequenceEqual(even[query].Classes) || found.Classes.SequenceEqual(odd[query].Classes), "a mixed answer");
                Assert.Single(classifier.Examples.Select(example => example.ClassName.StartsWith('x')).Distinct());
            }
        }))];
        try
        {
            for (int i = 0; i < 200; i++)
                classifier.AddRange(i % 2 == 0 ? Examples : first);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await Task.WhenAll(readers);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => classifier.Add("extra", $"extra {i}", Queries[i]))));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Assert.True(classifier.Remove($"extra {i}")))));
        Assert.All(Predict(classifier).Zip(odd), pair => Assert.Equal(pair.Second.Classes, pair.First.Classes));
    }

    [Fact]
    public void Arguments_OutOfRange_AreRefused()
    {
        var classifier = new PrototypeClassifier(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrototypeClassifier(0));
        Assert.Throws<ArgumentNullException>(() => new PrototypeClassifier(null!));
        Assert.Throws<ArgumentException>(() => classifier.Add("", "a", [1, 0]));
        Assert.Throws<ArgumentException>(() => classifier.Add("a", "", [1, 0]));
        Assert.Throws<ArgumentException>(() => classifier.Relabel("a", ""));
        Assert.Throws<ArgumentException>(() => classifier.AddRange([new("a", "a", new float[] { 1, 0 }), new("a", "b", new float[] { 1 })]));
        Assert.Empty(classifier.Examples);
        float[][] illegal = [[], [1], [1, 2, 3], [0, 0], [1, float.NaN], [float.PositiveInfinity, 1], [float.MaxValue, float.MaxValue]];
        foreach (float[] wrong in illegal)
        {
            Assert.Throws<ArgumentException>("vector", () => classifier.Add("a", "a", wrong));
            Assert.Throws<ArgumentException>("vector", () => classifier.Classify(wrong));
            Assert.Throws<ArgumentException>("vector", () => classifier.PredictSet(wrong, 0.9));
        }

        foreach (double wrong in new[] { -0.1, 1.1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>("unknownRate", () => classifier.Classify([1, 0], wrong));
            Assert.Throws<ArgumentOutOfRangeException>("coverage", () => classifier.PredictSet([1, 0], wrong));
        }
    }

    internal static PrototypeClassifier Create()
    {
        var classifier = new PrototypeClassifier(Width);
        classifier.AddRange(Examples);
        return classifier;
    }

    internal static void AssertSame(PrototypeClassifier expected, PrototypeClassifier actual) => Assert.All(
        Predict(expected).Zip(Predict(actual)),
        pair =>
        {
            Assert.Equal(pair.First.Classes, pair.Second.Classes);
            Assert.Equal(pair.First.Typicality, pair.Second.Typicality);
        });

    private static void AssertDifferent(PrototypeClassifier expected, PrototypeClassifier actual) => Assert.Contains(
        Predict(expected).Zip(Predict(actual)), pair => !pair.First.Classes.SequenceEqual(pair.Second.Classes));

    private static PrototypePrediction[] Predict(PrototypeClassifier classifier) => [.. Queries.Select(query => classifier.Classify(query))];
}
