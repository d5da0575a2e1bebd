using Scott.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class ClassifierLossTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Compute_WithoutWeights_IsTorchsCrossEntropy(double smoothing)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(5);
        Tensor logits = randn([7, 4], generator: generator);
        Tensor labels = tensor(new long[] { 0, 1, 2, 3, 3, 2, 0 });
        var loss = new ClassifierLoss(4, smoothing, weights: null);
        double expected = nn.functional.cross_entropy(logits, labels, label_smoothing: smoothing).item<float>();
        Assert.Equal(expected, loss.Compute(logits, loss.Spread(labels)).item<float>(), Tolerance);
    }

    [Fact]
    public void Compute_WithWeights_IsTorchsWeightedCrossEntropy()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(6);
        Tensor logits = randn([5, 3], generator: generator);
        Tensor labels = tensor(new long[] { 0, 1, 2, 2, 2 });
        float[] weights = ClassifierLoss.Balance([1, 1, 3]);
        var loss = new ClassifierLoss(3, smoothing: 0, weights);
        double expected = nn.functional.cross_entropy(logits, labels, weight: tensor(weights)).item<float>();
        Assert.Equal(expected, loss.Compute(logits, loss.Spread(labels)).item<float>(), Tolerance);
    }

    /// <summary>A rare class must count the same whatever images it shares a batch with.</summary>
    [Fact]
    public void Compute_WithWeights_IsTheMeanOfItsParts()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(6);
        Tensor logits = randn([6, 3], generator: generator);
        Tensor labels = tensor(new long[] { 0, 1, 2, 2, 2, 2 });
        var loss = new ClassifierLoss(3, smoothing: 0.1, ClassifierLoss.Balance([1, 1, 4]));
        Tensor wanted = loss.Spread(labels);
        double whole = loss.Compute(logits, wanted).item<float>();
        double parts = Enumerable.Range(0, 2)
            .Average(part => loss.Compute(logits.narrow(0, part * 3, 3), wanted.narrow(0, part * 3, 3)).item<float>());
        Assert.Equal(whole, parts, Tolerance);
    }

    [Fact]
    public void Balance_OfCounts_WeighsEveryClassAlike()
    {
        int[] counts = [2, 6, 12];
        float[] weights = ClassifierLoss.Balance(counts);
        Assert.All(counts.Zip(weights), pair => Assert.Equal(20.0 / 3, pair.First * pair.Second, Tolerance));
    }
}
