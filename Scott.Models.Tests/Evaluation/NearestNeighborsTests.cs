using Scott.Models.Evaluation;

namespace Scott.Models.Tests.Evaluation;

public sealed class NearestNeighborsTests
{
    private static readonly float[] Training = [1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 0.9f, 0.2f, 0.8f];
    private static readonly int[] Labels = [0, 0, 1, 1, 1];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(50)]
    public void Accuracy_SeparateClasses_IsWhole(int neighbors) =>
        Assert.Equal(1, NearestNeighbors.Accuracy(Training, Labels, new float[] { 5, 0.1f, 0.1f, 2 }, [0, 1], neighbors));

    [Fact]
    public void Accuracy_WrongLabels_CountsWhatIsRight() =>
        Assert.Equal(1.0 / 3, NearestNeighbors.Accuracy(Training, Labels, new float[] { 1, 0, 1, 0, 0, 1 }, [0, 1, 0], 1), 9);

    [Fact]
    public void Accuracy_CloserVotes_WeighMore()
    {
        // One of class 0 right here against two of class 1 far off.
        float[] training = [1, 0, 0, 1, -1, 0.2f];
        Assert.Equal(1, NearestNeighbors.Accuracy(training, [0, 1, 1], new float[] { 1, 0.01f }, [0], 3));
    }

    [Fact]
    public void Accuracy_NothingToCompare_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => NearestNeighbors.Accuracy(Training, Labels, new float[] { 1, 0 }, [0], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NearestNeighbors.Accuracy(Training, [], new float[] { 1, 0 }, [0], 1));
    }
}
