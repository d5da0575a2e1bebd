using System.Diagnostics;
using System.Text;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Metrics.Prototypes;

/// <summary>The file of the classes; the damaged files are measured, so they run alone.</summary>
[Collection(AloneTests.Name)]
public sealed class PrototypeFileTests
{
    private const int Mutations = 5_000;
    private const int FixedBytes = 512 * 1024;
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(5);

    private static readonly VectorFingerprint Fingerprint = new()
    {
        ModelId = "tiny",
        ModelSha256 = new string('a', 64),
        PreprocessingSha256 = new string('b', 64),
        Output = "PatchMean",
        Precision = "single",
        Width = 6,
    };

    [Fact]
    public async Task Load_OfASavedFile_GivesTheSameBits()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("classes.safetensors");
        PrototypeClassifier classifier = PrototypeClassifierTests.Create();
        classifier.Calibrate(Clusters.Examples(Clusters.Draw(4, 60, 6, 0.6, "held out"), "h"));
        await classifier.SaveAsync(path, TestContext.Current.CancellationToken);
        byte[] first = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        PrototypeClassifier loaded = await PrototypeClassifier.LoadAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Null(loaded.Fingerprint);
        Assert.Equal((40, 60), (loaded.Examples.Count, loaded.HeldOut.Count));
        PrototypeClassifierTests.AssertSame(classifier, loaded);
        await loaded.SaveAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(first, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    /// <summary>The names of very many images do not fit into the header of the file.</summary>
    [Fact]
    public async Task Load_NamesLongerThanAHeader_GivesThemAll()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("classes.safetensors");
        var classifier = new PrototypeClassifier(6);
        for (int i = 0; i < 60; i++)
            classifier.Add("class", $"{new string('ö', 20_000)}{i}", [1, i, 2, 3, 4, 5]);

        await classifier.SaveAsync(path, TestContext.Current.CancellationToken);
        byte[] file = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Assert.InRange(BitConverter.ToInt64(file.AsSpan(0, 8)), 1, 100_000);
        PrototypeClassifier loaded = await PrototypeClassifier.LoadAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        PrototypeClassifierTests.AssertSame(classifier, loaded);
    }

    [Fact]
    public async Task Load_WithoutClasses_GivesAnEmptyClassifierWithItsModel()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("classes.safetensors");
        await new PrototypeClassifier(Fingerprint) { ModelName = "tiny.safetensors" }.SaveAsync(path, TestContext.Current.CancellationToken);
        PrototypeClassifier loaded = await PrototypeClassifier.LoadAsync(path, Fingerprint, TestContext.Current.CancellationToken);
        Assert.Empty(loaded.ClassNames);
        Assert.Equal(("tiny.safetensors", 6, Fingerprint), (loaded.ModelName, loaded.Width, loaded.Fingerprint));
    }

    [Fact]
    public async Task Load_ForVectorsOfAnotherModel_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("classes.safetensors");
        await new PrototypeClassifier(Fingerprint).SaveAsync(path, TestContext.Current.CancellationToken);
        VectorFingerprint other = Fingerprint with { ModelSha256 = new string('c', 64) };
        FingerprintMismatchException exception = await Assert.ThrowsAsync<FingerprintMismatchException>(
            () => PrototypeClassifier.LoadAsync(path, other, TestContext.Current.CancellationToken));
        Assert.Equal(["model"], exception.Differences);
        await PrototypeClassifier.LoadAsync(path, other with { IsChecked = false }, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("\"width\":6", "\"width\":5", VectorFileFault.Tensor)]
    [InlineData("\"width\":6", "\"width\":0", VectorFileFault.Value)]
    [InlineData("\"width\":6", "\"wide\":6", VectorFileFault.Description)]
    [InlineData("\"class\":3", "\"class\":4", VectorFileFault.Value)]
    [InlineData("\"class\":3", "\"class\":-1", VectorFileFault.Value)]
    [InlineData("\"name\":\"0001\"", "\"name\":\"0000\"", VectorFileFault.Value)]
    [InlineData("\"name\":\"0001\"", "\"name\":\"\"", VectorFileFault.Value)]
    [InlineData("\"name\":\"0001\"", "\"name\":null", VectorFileFault.Description)]
    [InlineData("\"class 1\"", "null", VectorFileFault.Value)]
    [InlineData("\"class 1\"", "\"\"", VectorFileFault.Value)]
    public async Task Load_WithAFaultInTheDescription_SaysWhich(string before, string after, VectorFileFault fault)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("classes.safetensors");
        await PrototypeClassifierTests.Create().SaveAsync(path, TestContext.Current.CancellationToken);
        VectorFileContent content = await VectorFile.ReadAsync(path, "prototypes", WeightStorage.Managed, TestContext.Current.CancellationToken);
        string description = content.Description.Replace(before, after, StringComparison.Ordinal);
        Assert.NotEqual(content.Description, description);
        await VectorFile.WriteAsync(path, "prototypes", content with { Description = description }, TestContext.Current.CancellationToken);
        VectorFileException exception = await Assert.ThrowsAsync<VectorFileException>(
            () => PrototypeClassifier.LoadAsync(path, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(fault, exception.Fault);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0f)]
    public async Task Load_WithAnIllegalVector_SaysWhich(float number)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("classes.safetensors");
        await PrototypeClassifierTests.Create().SaveAsync(path, TestContext.Current.CancellationToken);
        VectorFileContent content = await VectorFile.ReadAsync(path, "prototypes", WeightStorage.Managed, TestContext.Current.CancellationToken);
        float[] vectors = content.Tensors["vectors"].ToArray();
        vectors.AsSpan(6, 6).Fill(number);
        var tensors = new WeightSet([WeightTensor.Create("vectors", [40, 6], vectors)]);
        await VectorFile.WriteAsync(path, "prototypes", content with { Tensors = tensors }, TestContext.Current.CancellationToken);
        VectorFileException exception = await Assert.ThrowsAsync<VectorFileException>(
            () => PrototypeClassifier.LoadAsync(path, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(VectorFileFault.Value, exception.Fault);
    }

    [Fact]
    public async Task Load_OfAModelsFile_SaysSo()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        await ScottModel.Create(Architectures.Tiny, seed: 5).SaveAsync(path, TestContext.Current.CancellationToken);
        VectorFileException exception = await Assert.ThrowsAsync<VectorFileException>(
            () => PrototypeClassifier.LoadAsync(path, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(VectorFileFault.OtherKind, exception.Fault);
    }

    [Fact]
    public async Task Save_Canceled_LeavesTheOldFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("classes.safetensors");
        await File.WriteAllTextAsync(path, "old", TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PrototypeClassifierTests.Create().SaveAsync(path, new CancellationToken(true)));
        Assert.Equal("old", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Load_OfMutatedFiles_RaisesOnlyTypedErrors()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("classes.safetensors");
        var classifier = new PrototypeClassifier(Fingerprint) { ModelName = "tiny" };
        classifier.AddRange(Clusters.Examples(Clusters.Draw(3, 6, 6, 0.6, "mutated")));
        classifier.Calibrate(Clusters.Examples(Clusters.Draw(3, 3, 6, 0.6, "held out"), "h"));
        await classifier.SaveAsync(path, TestContext.Current.CancellationToken);
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var random = new Random(47);
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = Mutate(bytes, random);
            await File.WriteAllBytesAsync(path, mutated, TestContext.Current.CancellationToken);
            refused += await IsRefusedAsync(path, mutated.Length, i) ? 1 : 0;
        }

        Assert.InRange(refused, Mutations / 3, Mutations - 1);
    }

    private static async Task<bool> IsRefusedAsync(string path, int length, int mutation)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        bool isRefused = false;
        try
        {
            PrototypeClassifier loaded = await PrototypeClassifier.LoadAsync(path);
            float[] query = [.. Enumerable.Range(1, loaded.Width).Select(i => (float)i)];
            PrototypePrediction prediction = loaded.Classify(query);
            Assert.True(prediction.Classes.Count == 0 || float.IsFinite(prediction.Classes[0].Probability), $"mutation {mutation}");
            _ = loaded.PredictSet(query, 0.9);
        }
        catch (ScottException)
        {
            isRefused = true;
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(allocated <= (8L * length) + FixedBytes, $"mutation {mutation} allocated {allocated} bytes for a file of {length}");
        Assert.True(watch.Elapsed < Slowest, $"mutation {mutation} took {watch.Elapsed}");
        return isRefused;
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        byte[] copy = [.. bytes];
        int at = random.Next(copy.Length);
        switch (random.Next(5))
        {
            case 0:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                copy.AsSpan(at, Math.Min(random.Next(1, 9), copy.Length - at)).Fill((byte)random.Next(256));
                return copy;
            case 2:
                return copy[..at];
            case 3: // a digit of the header becomes another one, so that the JSON stays sound
                int[] digits = [.. Enumerable.Range(0, copy.Length).Where(i => char.IsAsciiDigit((char)copy[i]))];
                copy[digits[random.Next(digits.Length)]] = Encoding.ASCII.GetBytes("0123456789-")[random.Next(11)];
                return copy;
            default:
                int end = Math.Min(copy.Length, at + random.Next(1, 64));
                return random.Next(2) == 0 ? [.. copy[..at], .. copy[end..]] : [.. copy[..end], .. copy[at..]];
        }
    }
}
