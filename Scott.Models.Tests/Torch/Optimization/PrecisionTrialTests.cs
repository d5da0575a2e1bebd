using Scott.Models.Foundation;
using Scott.Models.Torch;
using TorchSharp;

namespace Scott.Models.Tests.Torch;

[Collection(TorchTests.Name)]
public sealed class PrecisionTrialTests
{
    [Fact]
    public void MeasureRatio_AnyProcessor_IsPlausibleAndLeavesNoTensor()
    {
        Assert.InRange(PrecisionTrial.MeasureRatio(), 0.05, 100);
        long before = LiveTensors.CountSettled();
        PrecisionTrial.MeasureRatio();
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void Bfloat16_WithoutInstructionsForIt_IsNeverFaster()
    {
        Assert.SkipWhen(Bfloat16Support.IsInHardware, "This processor multiplies bfloat16 in hardware.");
        Assert.False(PrecisionTrial.IsBfloat16Faster);
    }
}
