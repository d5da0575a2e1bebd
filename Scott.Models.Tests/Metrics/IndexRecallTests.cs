using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class IndexRecallTests
{
    private static readonly float[][] Vectors = TestVectors.Draw(150, 8, seed: 1);
    private static readonly ReadOnlyMemory<float>[] Queries = [.. Vectors.Select(vector => (ReadOnlyMemory<float>)vector)];

    [Fact]
    public void Measure_MoreQueriesThanOnePart_CountsAndReportsEach()
    {
        EmbeddingIndex index = TestVectors.Index(Vectors);
        var reports = new ReportList<int>();
        Assert.Equal(1, IndexRecall.Measure(index, index, Queries, 3, reports));
        Assert.Equal(Enumerable.Range(1, Queries.Length), reports.Items);
        Assert.Equal(0.5, IndexRecall.Measure(TestVectors.Index(Vectors.Take(75)), index, Queries, count: 150));
    }

    [Fact]
    public void Measure_CanceledAfterAQuery_Ends()
    {
        EmbeddingIndex index = TestVectors.Index(Vectors);
        using var stop = new CancellationTokenSource();
        var reports = new ReportList<int> { OnReport = stop.Cancel };
        Assert.Throws<OperationCanceledException>(() => IndexRecall.Measure(index, index, Queries, 3, reports, stop.Token));
        Assert.Equal([1], reports.Items);
    }
}
