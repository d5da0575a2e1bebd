using Scott.Models.Benchmarks.Anomalies;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference.Anomalies;

public sealed class AnomalyDetectorTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);
    private static readonly AnomalyOptions Small = new() { ImagePixels = 64, BankPatches = 40 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("weave")]
    [InlineData("board")]
    public async Task Score_DrawnDefects_AreFoundFarMoreOftenThanByChance(string kind)
    {
        ScottModel model = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId, cancellationToken: Token);
        var set = AnomalySet.Drawn(kind, normal: 24, test: 12);
        AnomalyFigures figures = await AnomalyFigures.MeasureAsync(model, set, new AnomalyOptions { BankPatches = 512 }, Token);
        Assert.InRange(figures.ImageAuroc, 0.9, 1);
        Assert.InRange(figures.PixelAuroc, 0.85, 1);
        Assert.InRange(figures.FalseAlarms, 0, 0.35); // 24 images state 4 %; of 12, that is 0 or 1
        Assert.InRange(figures.Found, 0.5, 1);
        Assert.Equal(1.0 / 25, figures.StatedRate, 12);
    }

    [Fact]
    public async Task Score_AnImageWithADefect_PointsToItsPlace()
    {
        ScottModel model = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId, cancellationToken: Token);
        var set = AnomalySet.Drawn("weave", normal: 8, test: 3);
        using AnomalyDetector detector = await model.LearnAnomaliesAsync(set.Normal, cancellationToken: Token);
        AnomalyTestImage damaged = set.Test[1];
        AnomalyResult result = await detector.ScoreAsync(ImageSource.FromImage(damaged.Image, "damaged"), Token);
        float[] map = result.ToPixelMap();
        int brightest = Array.IndexOf(map, map.Max());
        int x = brightest % result.PixelMapSide * damaged.Image.Width / result.PixelMapSide;
        int y = brightest / result.PixelMapSide * damaged.Image.Height / result.PixelMapSide;
        const int Near = 24; // pixels of 256, less than one and a half patches
        Assert.Contains(true, from row in Enumerable.Range(y - Near, 2 * Near)
                              from column in Enumerable.Range(x - Near, 2 * Near)
                              where row is >= 0 and < 256 && column is >= 0 and < 256
                              select damaged.Defect![(row * 256) + column]);
        RgbImage drawn = result.Draw(damaged.Image);
        Assert.Equal((256, 256), (drawn.Width, drawn.Height));
        Assert.Equal(damaged.Image.Pixels.ToArray(), result.Draw(damaged.Image, opacity: 0).Pixels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => result.Draw(damaged.Image, opacity: 2));
        RgbImage wide = RgbImage.FromPixels(new byte[60 * 20 * 3], 60, 20, PixelLayout.Rgb24);
        Assert.Equal((60, 20), (result.Draw(wide).Width, result.Draw(wide).Height));
    }

    [Fact]
    public async Task Learn_TwiceWithOneSeed_MakesTheSameDetectorAndAnotherSeedDoesNot()
    {
        using AnomalyDetector first = await LearnAsync(Small);
        using AnomalyDetector second = await LearnAsync(Small);
        using AnomalyDetector other = await LearnAsync(Small with { Seed = 48 });
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(30));
        float[] scores = (await first.ScoreAsync(image, Token)).PatchScores.ToArray();
        Assert.Equal(first.Threshold, second.Threshold);
        Assert.Equal(scores, (await second.ScoreAsync(image, Token)).PatchScores.ToArray());
        Assert.NotEqual(scores, (await other.ScoreAsync(image, Token)).PatchScores.ToArray());
    }

    [Fact]
    public async Task Learn_AllPatchesKept_ScoresALearnedImageZero()
    {
        using AnomalyDetector detector = await LearnAsync(Small with { BankPatches = 10_000 });
        Assert.Equal(10 * 16, detector.BankPatches);
        Assert.Equal((10, 1.0 / 11), (detector.NormalImages, detector.FalseAlarmRate));
        AnomalyResult result = await detector.ScoreAsync(ImageSource.FromImage(DrawnImages.Draw(3)), Token);
        Assert.Equal((4, 4), (result.GridRows, result.GridColumns));
        Assert.InRange(result.Score, 0, 1e-3);
        Assert.False(result.IsAnomalous);
        Assert.Equal(result.PatchScores.ToArray().Max(), result.Score);
    }

    [Fact]
    public async Task Learn_CopiesOfOneImage_KeepsEachPatchOnceAndCallsOnlyOthersAnomalous()
    {
        ImageSource[] copies = [.. Enumerable.Range(0, 6).Select(_ => ImageSource.FromImage(DrawnImages.Draw(1)))];
        using AnomalyDetector detector = await Model.LearnAnomaliesAsync(copies, Small, cancellationToken: Token);
        Assert.InRange(detector.BankPatches, 1, 16);
        Assert.False((await detector.ScoreAsync(copies[0], Token)).IsAnomalous);
        AnomalyResult other = await detector.ScoreAsync(ImageSource.FromImage(DrawnImages.Draw(2)), Token);
        Assert.True(other.IsAnomalous);
        Assert.True(float.IsFinite(other.Score));
        RgbImage drawn = other.Draw(RgbImage.FromPixels(new byte[56 * 56 * 3], 56, 56, PixelLayout.Rgb24));
        Assert.NotEqual(-1, drawn.Pixels.Span.IndexOfAnyExcept((byte)0)); // the threshold is 0, and so is what normal patches score
    }

    [Theory]
    [InlineData(PatchScaling.None, 1)]
    [InlineData(PatchScaling.UnitLength, 3)]
    [InlineData(PatchScaling.Standardized, 3)]
    public async Task Learn_OtherModelsAndSettings_Works(PatchScaling scaling, int neighbors)
    {
        foreach (ScottArchitecture architecture in new[] { Architectures.TinyVit, Architectures.TinyStandardVit, Architectures.TinyWide })
        {
            using AnomalyDetector detector = await ScottModel.Create(architecture, seed: 2).LearnAnomaliesAsync(
                Normal(4), Small with { Scaling = scaling, Neighbors = neighbors, Blocks = new HashSet<int> { 0, 1 } }, cancellationToken: Token);
            Assert.Equal(64, detector.Fingerprint.Width);
            Assert.True((await detector.ScoreAsync(Normal(1)[0], Token)).Score >= 0);
        }
    }

    [Fact]
    public async Task Learn_UnreadableImages_AreLeftOutAndNamed()
    {
        ImageSource broken = ImageSource.FromBytes(new byte[] { 1, 2, 3 }, "broken.png");
        using AnomalyDetector detector = await Model.LearnAnomaliesAsync([broken, .. Normal(3)], Small, cancellationToken: Token);
        Assert.Equal(3, detector.NormalImages);
        Assert.Equal("broken.png", Assert.Single(detector.UnreadableImages).Name);
        List<AnomalyResult> results = await detector.ScoreBatchAsync([.. Normal(1), broken], cancellationToken: Token).ToListAsync(Token);
        Assert.True(results[0].IsSuccess);
        Assert.False(results[1].IsSuccess);
        Assert.Equal((1, "broken.png"), (results[1].Index, results[1].Name));
        Assert.IsType<ImageFormatException>(Assert.Throws<InvalidOperationException>(() => results[1].Score).InnerException);
        await Assert.ThrowsAsync<ImageFormatException>(() => detector.ScoreAsync(broken, Token));
    }

    [Fact]
    public async Task Learn_FromImagesThatDoNotSuffice_IsATypedError()
    {
        ImageSource broken = ImageSource.FromBytes(new byte[] { 1, 2, 3 }, "broken.png");
        AnomalyTrainingException none = await RefusedAsync([], Small);
        Assert.Equal((AnomalyTrainingFault.NoImages, 0, 0, 2), (none.Fault, none.ReadableImages, none.UnreadableImages, none.RequiredImages));
        AnomalyTrainingException unreadable = await RefusedAsync([broken, broken], Small);
        Assert.Equal(
            (AnomalyTrainingFault.AllUnreadable, 0, 2), (unreadable.Fault, unreadable.ReadableImages, unreadable.UnreadableImages));
        Assert.IsType<ImageFormatException>(unreadable.InnerException);
        AnomalyTrainingException one = await RefusedAsync(Normal(1), Small);
        Assert.Equal((AnomalyTrainingFault.TooFewImages, 1, 2), (one.Fault, one.ReadableImages, one.RequiredImages));
        AnomalyTrainingException few = await RefusedAsync(Normal(8), Small with { FalseAlarmRate = 0.1, RequiresFalseAlarmRate = true });
        Assert.Equal((AnomalyTrainingFault.TooFewImages, 8, 9), (few.Fault, few.ReadableImages, few.RequiredImages));
        Assert.Equal(
            "The anomaly detector cannot learn: there are 8 normal images. A false-alarm rate of 0.1 needs 9: give more, set a higher "
                + "FalseAlarmRate, or set RequiresFalseAlarmRate to false.",
            few.Message);
        using AnomalyDetector enough = await Model.LearnAnomaliesAsync(
            Normal(9), Small with { FalseAlarmRate = 0.1, RequiresFalseAlarmRate = true }, cancellationToken: Token);
        Assert.Equal(0.1, enough.FalseAlarmRate, 12);
    }

    [Fact]
    public async Task Learn_ModelWithNumbersThatAreNotFinite_IsATypedError()
    {
        var broken = new Scott.Models.Weights.WeightSet(Model.Weights.Select(weight => Scott.Models.Weights.WeightTensor.Create(
            weight.Name, weight.Shape, [.. Enumerable.Repeat(float.NaN, weight.ElementCount)])));
        AnomalyTrainingException error = await Assert.ThrowsAsync<AnomalyTrainingException>(
            () => Model.WithWeights(broken).LearnAnomaliesAsync(Normal(3), Small, cancellationToken: Token));
        Assert.Equal(AnomalyTrainingFault.Features, error.Fault);
    }

    [Fact]
    public async Task Learn_Arguments_AreChecked()
    {
        await Assert.ThrowsAsync<ArgumentException>(
            "normalImages", () => Model.LearnAnomaliesAsync([Normal(1)[0], null!], Small, cancellationToken: Token));
        await Assert.ThrowsAsync<ScottConfigurationException>(
            () => Model.LearnAnomaliesAsync(Normal(3), Small with { Neighbors = 0 }, cancellationToken: Token));
    }

    [Fact]
    public async Task Learn_Progress_RunsThroughTheStagesInOrder()
    {
        var reports = new Reports();
        using AnomalyDetector detector = await Model.LearnAnomaliesAsync(Normal(7), Small, reports, Token);
        Assert.Equal([AnomalyStage.Reading, AnomalyStage.Calibrating, AnomalyStage.Selecting], reports.All.Select(report => report.Stage).Distinct());
        foreach (IGrouping<AnomalyStage, AnomalyProgress> stage in reports.All.GroupBy(report => report.Stage))
        {
            Assert.Equal(stage.Select(report => report.Completed).Order(), stage.Select(report => report.Completed));
            Assert.Equal(stage.Last().Total, stage.Last().Completed);
        }
    }

    [Theory]
    [InlineData(AnomalyStage.Reading)]
    [InlineData(AnomalyStage.Calibrating)]
    [InlineData(AnomalyStage.Selecting)]
    public async Task Learn_CanceledInAStage_Stops(AnomalyStage stage)
    {
        using var source = new CancellationTokenSource();
        var reports = new Reports { OnReport = report => CancelIn(stage, report, source) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Model.LearnAnomaliesAsync(Normal(7), Small, reports, source.Token));
        Assert.Equal(stage, reports.All[^1].Stage);
    }

    [Fact]
    public async Task Score_CanceledOrDisposed_Stops()
    {
        AnomalyDetector detector = await LearnAsync(Small);
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => detector.ScoreAsync(Normal(1)[0], source.Token));
        detector.Dispose();
        detector.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => detector.ScoreAsync(Normal(1)[0], Token));
    }

    private static void CancelIn(AnomalyStage stage, AnomalyProgress report, CancellationTokenSource source)
    {
        if (report.Stage == stage)
            source.Cancel();
    }

    private static ImageSource[] Normal(int count) => [.. Enumerable.Range(0, count).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];

    private static Task<AnomalyDetector> LearnAsync(AnomalyOptions options) =>
        Model.LearnAnomaliesAsync(Normal(10), options, cancellationToken: Token);

    private static Task<AnomalyTrainingException> RefusedAsync(ImageSource[] images, AnomalyOptions options) =>
        Assert.ThrowsAsync<AnomalyTrainingException>(() => Model.LearnAnomaliesAsync(images, options, cancellationToken: Token));

    private sealed class Reports : IProgress<AnomalyProgress>
    {
        public List<AnomalyProgress> All { get; } = [];

        public Action<AnomalyProgress>? OnReport { get; init; }

        public void Report(AnomalyProgress value)
        {
            All.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
