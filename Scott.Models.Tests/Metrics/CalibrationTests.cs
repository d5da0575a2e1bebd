using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class CalibrationTests
{
    [Fact]
    public void ExpectedError_SureAndRight_IsZero() => Assert.Equal(0, Calibration.ExpectedError([1, 1, 1], [true, true, true], 15));

    [Fact]
    public void ExpectedError_SureAndWrong_IsOne() => Assert.Equal(1, Calibration.ExpectedError([1, 1], [false, false], 15));

    [Fact]
    public void ExpectedError_AsOftenRightAsSure_IsZero() =>
        Assert.Equal(0, Calibration.ExpectedError([0.75f, 0.75f, 0.75f, 0.75f], [true, true, false, true], 15), 6);

    [Fact]
    public void ExpectedError_TwoBins_WeighsThemByImages()
    {
        // Up to one half: two images, confidence 0.4, accuracy 0.5. Above: one, confidence 0.9, accuracy 0.
        Assert.Equal(((2 * 0.1) + 0.9) / 3, Calibration.ExpectedError([0.3f, 0.5f, 0.9f], [true, false, false], 2), 6);
    }

    [Fact]
    public void ExpectedError_BinsEdge_BelongsToTheBinBelow()
    {
        // Together they would cancel out; one half is in the lower bin, so they do not.
        Assert.Equal(0.5, Calibration.ExpectedError([0.5f, 0.5001f], [true, false], 2), 3);
        Assert.Equal(0, Calibration.ExpectedError([0.5f, 0.4999f], [true, false], 2), 3);
    }
}
