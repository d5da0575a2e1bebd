using Scott.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class MultiLabelLossTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(0.1, false)]
    [InlineData(0.1, true)]
    public void Compute_SmallCase_IsTheFormula(double smoothing, bool isWeighted)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] logits = [2, -1, 0.5f, -3, 0, 1];
        float[] labels = [1, 0, 1, 0, 1, 0];
        float[] weights = isWeighted ? [1, 5, 2] : [1, 1, 1];
        var loss = new MultiLabelLoss(3, smoothing, isWeighted ? weights : null);
        double sum = 0;
        for (int i = 0; i < 6; i++)
        {
            double p = 1 / (1 + Math.Exp(-logits[i]));
            double wanted = (labels[i] * (1 - smoothing)) + (smoothing / 2);
            sum -= (weights[i % 3] * wanted * Math.Log(p)) + ((1 - wanted) * Math.Log(1 - p));
        }

        Assert.Equal(sum / 6, loss.Compute(tensor(logits, 2, 3), loss.Smooth(tensor(labels, 2, 3))).item<float>(), 1e-5);
        Assert.Equal(1, loss.CountRight(tensor(logits, 2, 3), loss.Smooth(tensor(labels, 2, 3))));
    }

    [Fact]
    public void Compute_HugeLogits_StaysFinite()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = tensor(new float[] { 1000, -1000 }, 1, 2);
        Assert.Equal(500, new MultiLabelLoss(2, 0, null).Compute(logits, zeros(1, 2)).item<float>(), 1e-3);
    }

    [Fact]
    public void Balance_OfCounts_IsTheImagesWithoutForEachWith() =>
        Assert.Equal([3, 1, 1, 100], MultiLabelLoss.Balance([250, 500, 1000, 1], 1000));
}
