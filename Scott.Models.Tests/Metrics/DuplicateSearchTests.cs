using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class DuplicateSearchTests
{
    /// <summary>What comes before the comparison takes long as well: the directions, the sketches and their order.</summary>
    [Fact]
    public void Run_CanceledInAnyStage_Ends()
    {
        IndexRows rows = new EmbeddingIndex(TestVectors.Draw(300, 24, seed: 1)).Rows;
        var canceled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => PrincipalDirections.Find(rows.ToArray(), 24, 3, canceled));
        Assert.Throws<OperationCanceledException>(() => new VectorSketches(rows, canceled));
        var sketches = new VectorSketches(rows, CancellationToken.None);
        Assert.Throws<OperationCanceledException>(() => sketches.Order(canceled));
        Assert.Throws<OperationCanceledException>(() => DuplicateSearch.Run(rows, 0.9f, null, canceled));
    }
}
