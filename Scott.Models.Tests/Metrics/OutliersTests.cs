using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class OutliersTests
{
    [Theory]
    [InlineData(130, 12, 10)]
    [InlineData(65, 3, 1)]
    [InlineData(5, 4, 10)]
    public void Find_Scores_AreTheMeanDistancesToTheNearest(int count, int width, int neighbors)
    {
        float[][] vectors = TestVectors.Clustered(count, width, seed: 6);
        OutlierReport report = Outliers.Find(new EmbeddingIndex(vectors), new OutlierOptions { Neighbors = neighbors });
        for (int i = 0; i < count; i++)
        {
            double expected = Enumerable.Range(0, count).Where(other => other != i)
                .Select(other => 1 - (double)Similarity.Cosine(vectors[i], vectors[other])).Order().Take(neighbors).Average();
            Assert.Equal(expected, report.Scores[i], 1e-5);
        }
    }

    [Fact]
    public void Find_StrangersAmongAGroup_AreFoundWorstFirst()
    {
        float[][] vectors = [.. TestVectors.Draw(200, 16, seed: 1).Select(row => row.Select((value, i) => (i == 0 ? 10 : 0) + value).ToArray())];
        (vectors[17], vectors[60]) = ([0, 9, .. new float[14]], [-9, .. new float[15]]);
        OutlierReport report = Outliers.Find(new EmbeddingIndex(vectors), new OutlierOptions { Deviations = 8 });
        Assert.Equal([60, 17], report.Found.Select(each => each.Index));
        Assert.All(report.Found, each => Assert.True(each.Score > report.Limit && each.Score == report.Scores[each.Index]));
        OutlierReport counted = Outliers.Find(new EmbeddingIndex(vectors), new OutlierOptions { Count = 5 });
        Assert.Equal(5, counted.Found.Count);
        Assert.Equal([60, 17], counted.Found.Take(2).Select(each => each.Index));
        Assert.Null(counted.Limit);
    }

    [Fact]
    public void Find_MoreNeighborsThanAnArrayHolds_SaysHowManyAreLegal()
    {
        var index = new EmbeddingIndex(Enumerable.Range(0, 50_000).Select(i => new ReadOnlyMemory<float>([i, 1])));
        ArgumentException error = Assert.Throws<ArgumentException>(() => Outliers.Find(index, new OutlierOptions { Neighbors = 49_999 }));
        Assert.Contains("expected at most 42949", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_EqualOrFewVectors_HasNoOutliers()
    {
        Assert.Empty(Outliers.Find(new EmbeddingIndex(Enumerable.Repeat(new[] { 0.3f, 0.7f, 0.1f }, 100))).Found);
        Assert.Empty(Outliers.Find(new EmbeddingIndex(Array.Empty<float[]>())).Scores);
        Assert.Equal([0f], Outliers.Find(new EmbeddingIndex([[1f, 2f]])).Scores);
        Assert.Equal([1f, 1f], Outliers.Find(new EmbeddingIndex([[0f, 0f], [1f, 0f]])).Scores);
    }

    [Fact]
    public void FindWrongLabels_ChangedLabels_AreFoundWithTheRightSuggestion()
    {
        (float[][] vectors, int?[] labels) = Classes();
        (labels[4], labels[31], labels[50]) = (2, 0, null);
        IReadOnlyList<WrongLabel> wrong = Outliers.FindWrongLabels(new EmbeddingIndex(vectors), labels);
        Assert.Equal([(4, 2, 1), (31, 0, 1)], wrong.Select(each => (each.Index, each.Label, each.SuggestedLabel)).Order());
        Assert.All(wrong, each => Assert.InRange(each.Share, 0.9, 1));
        Assert.Single(Outliers.FindWrongLabels(new EmbeddingIndex(vectors), labels, new OutlierOptions { Count = 1 }));
    }

    [Fact]
    public void FindWrongLabels_SmallClasses_AreNotWrongBecauseTheyAreSmall()
    {
        float[][] vectors = TestVectors.Draw(24, 6, seed: 11);
        for (int i = 0; i < 24; i++)
            vectors[i][i < 20 ? 0 : i < 22 ? 1 : 2] += 12;

        // Twenty of class 0, two of class 1, one of class 2, and a vector of zeros in class 1.
        int?[] labels = [.. Enumerable.Repeat<int?>(0, 20), 1, 1, 2, 1];
        vectors[23] = new float[6];
        Assert.Empty(Outliers.FindWrongLabels(new EmbeddingIndex(vectors), labels));
        labels[5] = 1;
        IReadOnlyList<WrongLabel> wrong = Outliers.FindWrongLabels(new EmbeddingIndex(vectors), labels);
        Assert.Equal([(5, 1, 0)], wrong.Select(each => (each.Index, each.Label, each.SuggestedLabel)));
    }

    /// <summary>The nearest neighbor is often of another class, but the ten nearest are of many classes.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void FindWrongLabels_ManySmallClassesThatAreHardToTell_FindsNothing(int size)
    {
        float[][] vectors = TestVectors.Draw(300, 4, seed: 12);
        int?[] labels = [.. Enumerable.Range(0, vectors.Length).Select(i => (int?)(i / size))];
        Assert.Empty(Outliers.FindWrongLabels(new EmbeddingIndex(vectors), labels));
    }

    [Fact]
    public void FindWrongLabels_RightLabelsOrTooFew_FindsNothing()
    {
        (float[][] vectors, int?[] labels) = Classes();
        var index = new EmbeddingIndex(vectors);
        Assert.Empty(Outliers.FindWrongLabels(index, labels));
        Assert.Empty(Outliers.FindWrongLabels(index, new int?[vectors.Length]));
        Assert.Empty(Outliers.FindWrongLabels(index, [0, .. new int?[vectors.Length - 1]]));
        Assert.Empty(Outliers.FindWrongLabels(new EmbeddingIndex(Array.Empty<float[]>()), []));
    }

    [Fact]
    public void Arguments_OutOfRange_AreRefused()
    {
        (float[][] vectors, int?[] labels) = Classes();
        var index = new EmbeddingIndex(vectors);
        Assert.Throws<ArgumentException>("labels", () => Outliers.FindWrongLabels(index, labels[1..]));
        labels[3] = -1;
        Assert.Throws<ArgumentException>("labels", () => Outliers.FindWrongLabels(index, labels));
        var options = new OutlierOptions { Neighbors = 0, Deviations = double.NaN, Count = 0, MinimumShare = 0.5 };
        ScottConfigurationException exception = Assert.Throws<ScottConfigurationException>(() => Outliers.Find(index, options));
        Assert.Equal(
            [
                "Neighbors is 0; expected at least 1.", "Deviations is NaN; expected more than 0.", "Count is 0; expected at least 1, or none.",
                "MinimumShare is 0.5; expected more than 0.5, at most 1.",
            ],
            exception.Faults);
        var defaults = new OutlierOptions();
        defaults.Validate();
        Assert.Equal((10, 2.5, null, 0.9), (defaults.Neighbors, defaults.Deviations, defaults.Count, defaults.MinimumShare));
    }

    [Fact]
    public void Find_ReportsEveryVectorAndCanBeCanceled()
    {
        var index = new EmbeddingIndex(TestVectors.Draw(500, 8, seed: 2));
        var reports = new ReportList<ComparisonProgress>();
        Outliers.Find(index, null, reports);
        Assert.Equal(new ComparisonProgress(500, 500), reports.Items[^1]);
        using var canceled = new CancellationTokenSource();
        var cancel = new ReportList<ComparisonProgress> { OnReport = canceled.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(() => Outliers.Find(index, null, cancel, canceled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => Outliers.FindWrongLabels(index, new int?[500], null, null, canceled.Token));
    }

    /// <summary>Three classes far apart, in turns.</summary>
    private static (float[][] Vectors, int?[] Labels) Classes()
    {
        float[][] vectors = TestVectors.Draw(90, 6, seed: 9);
        for (int i = 0; i < vectors.Length; i++)
            vectors[i][i % 3] += 12;

        return (vectors, [.. Enumerable.Range(0, vectors.Length).Select(i => (int?)(i % 3))]);
    }
}
