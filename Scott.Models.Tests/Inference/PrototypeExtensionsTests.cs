using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Inference;

public sealed class PrototypeExtensionsTests : IDisposable
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);

    private readonly TemporaryFolder _folder = new();
    private readonly FeatureExtractor _extractor = Model.ExtractFeatures().Build();

    public void Dispose()
    {
        _extractor.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Classify_AnImageOfAClass_NamesTheClass()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var classifier = new PrototypeClassifier(_extractor.Fingerprint);
        await classifier.AddAsync(_extractor, "even", await DrawAsync("even", 0, 2), cancellationToken: token);
        ImageEmbedding odd = await _extractor.ExtractAsync((await DrawAsync("odd", 1))[0], token);
        classifier.Add("odd", odd);
        Assert.Equal("even", (await classifier.ClassifyAsync(_extractor, Path("even", 2), cancellationToken: token)).ClassName);
        Assert.Equal("odd", classifier.Classify(odd).ClassName);
        Assert.Equal(2, classifier.PredictSet(odd, 0.9).Count);
        Assert.Equal([Path("even", 0), Path("even", 2), Path("odd", 1)], classifier.Examples.Select(example => example.Name));
    }

    [Fact]
    public async Task Calibrate_WithLabeledFolders_KeepsTheImages()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var classifier = new PrototypeClassifier(_extractor.Fingerprint);
        await classifier.AddAsync(_extractor, "even", await DrawAsync("even", 0), cancellationToken: token);
        await DrawAsync("held-out/even", 2, 4);
        await DrawAsync("held-out/odd", 1);
        await classifier.CalibrateAsync(_extractor, ImageFolder.OpenLabeled(_folder.File("held-out")), cancellationToken: token);
        ImageList unnamed = ImageList.FromLabeled(
            new[] { "even", "odd" }.Select((name, i) => (ImageSource.FromImage(DrawnImages.Draw(i)), name)));
        ArgumentException same = await Assert.ThrowsAsync<ArgumentException>(
            () => classifier.CalibrateAsync(_extractor, unnamed, cancellationToken: token));
        Assert.StartsWith("2 images have the name 'image'.", same.Message, StringComparison.Ordinal);
        Assert.Equal(["even", "even", "odd"], classifier.HeldOut.Select(image => image.ClassName));
        Assert.Equal(["even"], classifier.ClassNames);
        Assert.Equal(1, classifier.Classify(await _extractor.EmbedAsync(Path("even", 0), token)).Typicality);
    }

    [Fact]
    public async Task Add_WithABrokenImage_AddsNothing()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var classifier = new PrototypeClassifier(_extractor.Fingerprint);
        string[] paths = [.. await DrawAsync("even", 0), _folder.File("broken.jpg")];
        await File.WriteAllTextAsync(paths[1], "no image", token);
        await Assert.ThrowsAsync<ImageFormatException>(() => classifier.AddAsync(_extractor, "even", paths, cancellationToken: token));
        Assert.Empty(classifier.Examples);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => classifier.AddAsync(_extractor, "even", paths[..1], cancellationToken: new CancellationToken(true)));
        Assert.Empty(classifier.Examples);
    }

    [Fact]
    public async Task Vectors_OfAnotherModel_AreRefusedEverywhere()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using FeatureExtractor other = ScottModel.Create(Architectures.Tiny, seed: 6).ExtractFeatures().Build();
        string path = (await DrawAsync("even", 0))[0];
        ImageEmbedding foreign = await other.ExtractAsync(path, token);
        var classifier = new PrototypeClassifier(_extractor.Fingerprint);
        await classifier.AddAsync(_extractor, "even", [path], cancellationToken: token);
        Assert.Throws<FingerprintMismatchException>(() => classifier.Add("even", foreign));
        Assert.Throws<FingerprintMismatchException>(() => classifier.Classify(foreign));
        Assert.Throws<FingerprintMismatchException>(() => classifier.PredictSet(foreign, 0.9));
        await Assert.ThrowsAsync<FingerprintMismatchException>(() => classifier.AddAsync(other, "even", [path], cancellationToken: token));
        await Assert.ThrowsAsync<FingerprintMismatchException>(() => classifier.ClassifyAsync(other, path, cancellationToken: token));
        Assert.Single(classifier.Examples);
        Assert.Equal("even", classifier.Classify(foreign.Vector.Span).ClassName); // a raw vector is checked for its length only
        using FeatureExtractor lenient = ScottModel.Create(Architectures.Tiny, seed: 6).ExtractFeatures().WithFingerprintCheck(false).Build();
        Assert.Equal("even", (await classifier.ClassifyAsync(lenient, path, cancellationToken: token)).ClassName);
    }

    private string Path(string folder, int seed) => System.IO.Path.Combine(_folder.File(folder), $"{seed}.png");

    private async Task<string[]> DrawAsync(string folder, params int[] seeds)
    {
        Directory.CreateDirectory(_folder.File(folder));
        foreach (int seed in seeds)
            await TestFiles.WriteImageAsync(Path(folder, seed), seed);

        return [.. seeds.Select(seed => Path(folder, seed))];
    }
}
