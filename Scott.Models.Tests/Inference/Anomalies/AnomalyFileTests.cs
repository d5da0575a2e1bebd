using System.Text;
using Scott.Models.Foundation;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Inference.Anomalies;

public sealed class AnomalyFileTests : IDisposable
{
    private const int Mutations = 5_000;
    private const int PatchesLength = 16 * 32; // of an image: 4 × 4 patches of 32 numbers

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

    [Fact]
    public async Task Load_MutatedFiles_AreTypedErrorsOrLegalDetectors()
    {
        (await SaveAsync(Small)).Dispose();
        byte[] bytes = await File.ReadAllBytesAsync(FilePath, Token);
        int header = BitConverter.ToInt32(bytes) + 8;
        int[] digits = [.. Enumerable.Range(8, header - 8).Where(i => char.IsAsciiDigit((char)bytes[i]))];
        var random = new Random(47);
        float[] patches = [.. Enumerable.Range(0, PatchesLength).Select(i => (float)Math.Sin(i))];
        string path = _folder.File("mutated");
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            await File.WriteAllBytesAsync(path, Mutate(bytes, header, digits, random), Token);
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                (_, AnomalyKnowledge knowledge) = await AnomalyFile.ReadAsync(path, Model, new FeatureExtractionOptions(), Token);
                Assert.All(knowledge.Score([.. patches]), score => Assert.True(score >= 0, $"mutation {i} scores {score}"));
                Assert.InRange(knowledge.Threshold.FalseAlarmRate, double.Epsilon, 1);
            }
            catch (ScottException)
            {
                refused++;
            }

            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 8 << 20);
        }

        Assert.InRange(refused, Mutations / 3, Mutations - 100);
    }

    private static byte[] Mutate(byte[] bytes, int header, int[] digits, Random random)
    {
        byte[] copy = [.. bytes];
        int At() => random.Next(3) == 0 ? random.Next(copy.Length) : random.Next(header);
        switch (random.Next(6))
        {
            case 0:
                copy[At()] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                return copy[..random.Next(copy.Length)];
            case 2: // another number
                for (int i = random.Next(1, 5); i > 0; i--)
                    copy[digits[random.Next(digits.Length)]] = (byte)('0' + random.Next(10));

                return copy;
            case 3: // a number turned huge, or not finite
                int place = At();
                copy.AsSpan(place, Math.Min(random.Next(1, 9), copy.Length - place)).Fill(0xff);
                return copy;
            case 4: // a piece left out
                int start = At();
                return [.. copy[..start], .. copy[Math.Min(copy.Length, start + random.Next(1, 64))..]];
            default: // a text of the header changed
                string text = Encoding.Latin1.GetString(copy, 8, header - 8);
                string[] words = ["null", "-1", "1e39", "[]", "{}", "true", "NaN", "99999999999"];
                int digit = digits[random.Next(digits.Length)] - 8;
                byte[] changed = Encoding.Latin1.GetBytes(text[..digit] + words[random.Next(words.Length)] + text[(digit + 1)..]);
                return [.. BitConverter.GetBytes((long)changed.Length), .. changed, .. copy[header..]];
        }
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
