using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Inference.Anomalies;

public sealed class AnomalyFileTests : IDisposable
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);
    private static readonly AnomalyOptions Small = new()
    {
        ImagePixels = 64,
        BankPatches = 6,
        Blocks = new HashSet<int> { 0 },
        Scaling = PatchScaling.Standardized,
        FalseAlarmRate = 0.2,
    };

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => _folder.File("detector.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(PatchScaling.None)]
    [InlineData(PatchScaling.UnitLength)]
    [InlineData(PatchScaling.Standardized)]
    public async Task Load_ASavedDetector_ScoresExactlyTheSame(PatchScaling scaling)
    {
        using AnomalyDetector saved = await SaveAsync(Small with { Scaling = scaling, Blocks = null, Neighbors = 2, Seed = 9 });
        using AnomalyDetector loaded = await AnomalyDetector.LoadAsync(FilePath, Model, cancellationToken: Token);
        Assert.Equal(
            (saved.Threshold, saved.FalseAlarmRate, saved.NormalImages, saved.BankPatches, saved.Fingerprint),
            (loaded.Threshold, loaded.FalseAlarmRate, loaded.NormalImages, loaded.BankPatches, loaded.Fingerprint));
        Assert.Equal((2, 9, scaling), (loaded.Options.Neighbors, loaded.Options.Seed, loaded.Options.Scaling));
        RgbImage image = DrawnImages.Draw(20);
        AnomalyResult expected = await saved.ScoreAsync(ImageSource.FromImage(image), Token);
        AnomalyResult result = await loaded.ScoreAsync(ImageSource.FromImage(image), Token);
        Assert.Equal(expected.PatchScores.ToArray(), result.PatchScores.ToArray());
        Assert.Equal(expected.Draw(image).Pixels.ToArray(), result.Draw(image).Pixels.ToArray());
    }

    [Fact]
    public async Task Load_ForAnotherModel_IsRefusedUnlessTheCheckIsOff()
    {
        (await SaveAsync(Small)).Dispose();
        ScottModel other = ScottModel.Create(Architectures.Tiny, seed: 6);
        var error = await Assert.ThrowsAsync<FingerprintMismatchException>(
            () => AnomalyDetector.LoadAsync(FilePath, other, cancellationToken: Token));
        Assert.Equal(["model"], error.Differences);
        var integers = new FeatureExtractionOptions { Precision = Scott.Models.Onnx.OnnxPrecision.Int8 };
        error = await Assert.ThrowsAsync<FingerprintMismatchException>(() => AnomalyDetector.LoadAsync(FilePath, Model, integers, Token));
        Assert.Equal(["precision"], error.Differences);
        ScottModel wider = ScottModel.Create(Architectures.Tiny with { EmbeddingWidth = 64 }, seed: 5);
        var lenient = new FeatureExtractionOptions { CheckFingerprint = false };
        await Assert.ThrowsAsync<FingerprintMismatchException>(() => AnomalyDetector.LoadAsync(FilePath, wider, lenient, Token));
        using AnomalyDetector loaded = await AnomalyDetector.LoadAsync(FilePath, other, lenient, Token);
        Assert.True((await loaded.ScoreAsync(ImageSource.FromImage(DrawnImages.Draw(1)), Token)).Score > 0);
    }

    [Fact]
    public async Task Load_OtherFiles_AreTypedErrors()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => AnomalyDetector.LoadAsync(_folder.File("missing"), Model, cancellationToken: Token));
        await Model.SaveAsync(FilePath, Token);
        await AssertFaultAsync(VectorFileFault.OtherKind);
        await File.WriteAllTextAsync(FilePath, "text", Token);
        await Assert.ThrowsAsync<SafetensorsException>(() => AnomalyDetector.LoadAsync(FilePath, Model, cancellationToken: Token));
    }

    [Fact]
    public async Task Load_WrongContent_SaysWhatIsWrong()
    {
        (await SaveAsync(Small)).Dispose();
        VectorFileContent content = await VectorFile.ReadAsync(FilePath, AnomalyFile.Kind, WeightStorage.Managed, Token);
        WeightTensor[] Without(string name) => [.. content.Tensors.Where(tensor => tensor.Name != name)];
        async Task Check(VectorFileFault fault, VectorFileContent wrong)
        {
            await VectorFile.WriteAsync(FilePath, AnomalyFile.Kind, wrong, Token);
            await AssertFaultAsync(fault);
        }

        await Check(VectorFileFault.Tensor, content with { Tensors = new WeightSet(Without("bank")) });
        await Check(VectorFileFault.Tensor, content with { Tensors = new WeightSet(Without("mean")) });
        await Check(VectorFileFault.Tensor, content with { Tensors = With("bank", [0, 32], []) });
        await Check(VectorFileFault.Tensor, content with { Tensors = With("bank", [2, 16], new float[32]) });
        await Check(VectorFileFault.Value, content with { Tensors = With("bank", [1, 32], [float.NaN, .. new float[31]]) });
        await Check(VectorFileFault.Value, content with { Tensors = With("mean", [32], [3e38f, .. new float[31]]) });
        await Check(VectorFileFault.Value, content with { Tensors = With("divisor", [32], new float[32]) });
        await Check(VectorFileFault.Description, content with { Fingerprint = null });
        await Check(VectorFileFault.Description, content with { Description = "null" });
        await Check(VectorFileFault.Description, content with { Description = "{" });
        string[][] changes =
        [
            ["\"threshold\":", "\"threshold\":-"], ["\"threshold\":", "\"other\":1,\"threshold\":"], ["\"normalImages\":10", "\"normalImages\":1"],
            ["\"blocks\":[0]", "\"blocks\":[]"], ["\"blocks\":[0]", "\"blocks\":[0,0]"], ["\"blocks\":[0]", "\"blocks\":null"],
            ["\"neighbors\":1", "\"neighbors\":0"], ["\"seed\":47,", string.Empty], ["\"statedFalseAlarmRate\":", "\"statedFalseAlarmRate\":7"],
            ["\"normalPatchScore\":", "\"normalPatchScore\":-1"],
        ];
        foreach (string[] change in changes)
        {
            string changed = content.Description.Replace(change[0], change[1], StringComparison.Ordinal);
            Assert.NotEqual(content.Description, changed);
            await Check(VectorFileFault.Description, content with { Description = changed });
        }

        WeightSet With(string name, long[] shape, float[] values) => new([.. Without(name), WeightTensor.Create(name, shape, values)]);
    }

    private async Task AssertFaultAsync(VectorFileFault fault)
    {
        var error = await Assert.ThrowsAsync<VectorFileException>(() => AnomalyDetector.LoadAsync(FilePath, Model, cancellationToken: Token));
        Assert.Equal((fault, FilePath), (error.Fault, error.Path));
    }

    private async Task<AnomalyDetector> SaveAsync(AnomalyOptions options)
    {
        ImageSource[] normal = [.. Enumerable.Range(0, 10).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        AnomalyDetector detector = await Model.LearnAnomaliesAsync(normal, options, cancellationToken: Token);
        await detector.SaveAsync(FilePath, Token);
        return detector;
    }
}
