namespace Scott.Models.Tests;

public sealed class PreprocessingSpecTests
{
    [Fact]
    public void Defaults_NewSpec_AreTheReferencesEvaluationTransform()
    {
        var spec = new PreprocessingSpec();
        spec.Validate();
        Assert.Equal((224, 256, Interpolation.Bilinear), (spec.ImagePixels, spec.ResizePixels, spec.Interpolation));
        Assert.Equal(new RgbTriple(0.485f, 0.456f, 0.406f), spec.Mean);
        Assert.Equal(new RgbTriple(0.229f, 0.224f, 0.225f), spec.StandardDeviation);
        Assert.Equal(spec, PreprocessingSpec.ForImage(224));
    }

    [Theory]
    [InlineData(112, 128)]
    [InlineData(96, 110)]
    [InlineData(64, 73)]
    public void ForImage_OtherSizes_ResizesToEightSevenths(int image, int expected) =>
        Assert.Equal(expected, PreprocessingSpec.ForImage(image).ResizePixels);

    [Fact]
    public void Validate_ManyFaults_ListsThemAll()
    {
        var spec = new PreprocessingSpec
        {
            ResizePixels = 200,
            Interpolation = (Interpolation)9,
            Mean = new RgbTriple(0, float.NaN, 0),
            StandardDeviation = new RgbTriple(1, 0, 1),
        };
        Assert.Equal(
            [
                "ResizePixels is 200; expected 224 to 16384.",
                "Interpolation is 9; expected Bilinear or Bicubic.",
                "Mean is (0, NaN, 0); expected a finite number for each channel.",
                "StandardDeviation is (1, 0, 1); expected a finite number over 0 for each channel.",
            ],
            Assert.Throws<ScottConfigurationException>(spec.Validate).Faults);
    }

    [Fact]
    public void Json_Spec_RoundTrips()
    {
        var spec = new PreprocessingSpec
        {
            ImagePixels = 96,
            ResizePixels = 111,
            Interpolation = Interpolation.Bicubic,
            Mean = new RgbTriple(0.1f, 0.2f, 0.3f),
        };
        Assert.Equal(spec, PreprocessingSpec.FromJson(spec.ToJson()));
    }
}
