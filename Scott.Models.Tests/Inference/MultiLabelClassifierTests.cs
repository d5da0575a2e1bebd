using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Onnx;
using Scott.Models.Torch;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Inference;

/// <summary>A classifier whose labels do not exclude each other: its predictions, its file, its export.</summary>
[Collection(TorchTests.Name)]
public sealed class MultiLabelClassifierTests : IDisposable
{
    private static readonly float[] Thresholds = [0.5f, 0.25f, 1, 0, 0.5f, 0.125f];
    private static readonly ScottClassifier Classifier = Classifiers.Create(ClassifierHead.CrossAttentive, thresholds: Thresholds);

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("c.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Classify_Prediction_ListsLabelsOverTheirThresholds()
    {
        using ImageClassifier classify = Classifier.Classify().WithTopClasses(2).Build();
        ImagePrediction prediction = await classify.ClassifyAsync(ImageSource.FromImage(DrawnImages.Draw(2)), TestContext.Current.CancellationToken);
        (float[] probabilities, float[] logits) = (prediction.Probabilities.ToArray(), prediction.Logits.ToArray());
        Assert.All(logits.Zip(probabilities), pair => Assert.Equal(1 / (1 + Math.Exp(-pair.First)), pair.Second, 1e-6));
        int[] expected = [.. Enumerable.Range(0, 6).Where(i => probabilities[i] >= Thresholds[i])];
        Assert.Equal(expected, prediction.Labels.Select(label => label.Label).Order());
        Assert.Contains(3, expected); // Its threshold is 0.
        Assert.DoesNotContain(2, expected); // Its threshold is 1.
        Assert.Equal(prediction.Labels.OrderByDescending(label => label.Probability), prediction.Labels);
        Assert.Equal((2, prediction.Classes[0]), (prediction.Classes.Count, prediction.Best));
        Assert.Equal(Thresholds, classify.Thresholds);
    }

    [Fact]
    public async Task Classify_NoLabelReachesItsThreshold_HasNoLabels()
    {
        using ImageClassifier classify = Classifier.WithThresholds([1, 1, 1, 1, 1, 1]).Classify().Build();
        ImagePrediction prediction = await classify.ClassifyAsync(ImageSource.FromImage(DrawnImages.Draw(2)), TestContext.Current.CancellationToken);
        Assert.Empty(prediction.Labels);
        Assert.Equal(5, prediction.Classes.Count);
    }

    [Fact]
    public async Task Classify_SingleLabelClassifier_HasTheBestAsItsLabel()
    {
        using ImageClassifier classify = Classifiers.Create(ClassifierHead.Linear).Classify().Build();
        ImagePrediction prediction = await classify.ClassifyAsync(ImageSource.FromImage(DrawnImages.Draw(2)), TestContext.Current.CancellationToken);
        Assert.Equal([prediction.Best], prediction.Labels);
        Assert.Null(classify.Thresholds);
    }

    [Fact]
    public async Task Evaluate_LabeledImages_MeasuresWhatClassifyGives()
    {
        using ImageClassifier classify = Classifier.Classify().Build();
        ImageSource[] images = [.. Enumerable.Range(0, 12).Select(i => ImageSource.FromImage(DrawnImages.Draw(i), $"{i}"))];
        List<ImagePrediction> predictions = await classify.ClassifyBatchAsync(images, cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        ImageList labeled = ImageList.FromMultiLabeled(images.Zip(predictions, (image, prediction) =>
            (image, (IReadOnlyList<string>)[.. prediction.Labels.Select(label => label.ClassName)])));
        MultiLabelMetrics metrics = await classify.EvaluateMultiLabelAsync(labeled, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((12, 0.0, 1.0), (metrics.Images, metrics.HammingLoss, metrics.MicroF1!.Value));
        Assert.Equal(Classifiers.ClassNames, metrics.Labels.Select(label => label.Name));
        await Assert.ThrowsAsync<InvalidOperationException>(() => classify.EvaluateAsync(labeled));
        using ImageClassifier single = Classifiers.Create(ClassifierHead.Linear).Classify().Build();
        await Assert.ThrowsAsync<InvalidOperationException>(() => single.EvaluateMultiLabelAsync(labeled));
        await Assert.ThrowsAsync<ArgumentException>(() => classify.EvaluateMultiLabelAsync(ImageList.FromMultiLabeled([(images[0], ["weed"])])));
    }

    [Fact]
    public async Task SaveAndRead_File_KeepsTheThresholds()
    {
        await Classifier.SaveAsync(Path, TestContext.Current.CancellationToken);
        ScottClassifier read = await ScottClassifier.FromFileAsync(Path, TestContext.Current.CancellationToken);
        Assert.True(read.IsMultiLabel);
        Assert.Equal(Thresholds, read.Thresholds);
        Assert.Equal(Thresholds, read.WithFloat16Weights().Thresholds);
        ScottModel backbone = await ScottModel.FromFileAsync(Path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Classifier.Model.Weights.Names.Order(StringComparer.Ordinal), backbone.Weights.Names.Order(StringComparer.Ordinal));
    }

    /// <summary>A package that knows only version 1 would read the file and take its outputs for those of a softmax.</summary>
    [Fact]
    public async Task Save_File_HasAVersionThatOlderPackagesRefuse()
    {
        await Classifier.SaveAsync(Path, TestContext.Current.CancellationToken);
        SafetensorsContent content = await SafetensorsFile.ReadAsync(Path, WeightStorage.Managed, TestContext.Current.CancellationToken);
        Assert.Equal("2", content.Metadata["scott.version"]);
        await Classifiers.Create(ClassifierHead.Linear).SaveAsync(Path, TestContext.Current.CancellationToken);
        content = await SafetensorsFile.ReadAsync(Path, WeightStorage.Managed, TestContext.Current.CancellationToken);
        Assert.Equal("1", content.Metadata["scott.version"]);
        Assert.Equal(
            "{\"head\":\"Linear\",\"classNames\":[\"daisy\",\"ros\\u00E9\",\"\\u0022quoted\\u0022\",\"tulip\",\"iris\",\"lily\"]}",
            content.Metadata["scott.classifier"]);
    }

    [Theory]
    [InlineData("{\"head\":\"Linear\",\"classNames\":[\"a\",\"b\"],\"thresholds\":[0.5]}", "2", "Thresholds has 1 number; expected 2")]
    [InlineData("{\"head\":\"Linear\",\"classNames\":[\"a\",\"b\"],\"thresholds\":[0.5,\"NaN\"]}", "2", "Thresholds has NaN; expected numbers")]
    [InlineData("{\"head\":\"Linear\",\"classNames\":[\"a\",\"b\"],\"thresholds\":[0.5,1.5]}", "2", "Thresholds has 1.5")]
    [InlineData("{\"head\":\"Linear\",\"classNames\":[\"a\",\"b\"],\"temperature\":2}", "1", "not understood")]
    [InlineData("{\"head\":\"Linear\",\"classNames\":[\"a\",\"b\"],\"temperature\":2}", "3", "version '3'; this package reads versions 1 and 2.")]
    public async Task Read_DescriptionThatIsNotUnderstood_IsRefused(string json, string version, string fault)
    {
        Dictionary<string, string> entries = ModelDescription.Of(Classifier.Model).ToEntries();
        (entries["scott.classifier"], entries["scott.version"]) = (json, version);
        await SafetensorsFile.WriteAsync(Path, Classifier.Model.Weights, entries);
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottClassifier.FromFileAsync(Path));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromFileAsync(Path));
    }

    [Fact]
    public async Task Read_MutatedDescription_GivesTypedErrorsOrLegalThresholds()
    {
        ScottArchitecture small = Architectures.Tiny with { EmbeddingWidth = 28, Depth = 1 };
        await Classifiers.Create(ClassifierHead.Linear, small, Thresholds).SaveAsync(Path, TestContext.Current.CancellationToken);
        byte[] bytes = await File.ReadAllBytesAsync(Path, TestContext.Current.CancellationToken);
        int start = System.Text.Encoding.Latin1.GetString(bytes).IndexOf("scott.classifier", StringComparison.Ordinal);
        var random = new Random(4);
        int refused = 0;
        for (int i = 0; i < 5_000; i++)
        {
            byte[] damaged = [.. bytes];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                damaged[start + random.Next(230)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "0159.-,e\"[]{}NaNul:"[random.Next(19)]);

            damaged = i % 50 == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
            await File.WriteAllBytesAsync(Path, damaged, TestContext.Current.CancellationToken);
            try
            {
                ScottClassifier read = await ScottClassifier.FromFileAsync(Path, TestContext.Current.CancellationToken);
                Assert.All(read.Thresholds ?? [], threshold => Assert.InRange(threshold, 0, 1));
                Assert.Equal(6, read.Thresholds?.Count ?? 6);
            }
            catch (ScottException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1_000, 4_999);
    }

    [Fact]
    public void WithThresholds_ThatCannotBe_AreRefused()
    {
        Assert.Throws<ScottConfigurationException>(() => Classifier.WithThresholds([0.5f]));
        Assert.Throws<ScottConfigurationException>(() => Classifier.WithThresholds([0, 0, 0, 0, 0, float.NaN]));
        Assert.Throws<InvalidOperationException>(() => Classifiers.Create(ClassifierHead.Linear).WithThresholds(Thresholds));
    }

    [Theory]
    [InlineData(ClassifierHead.Linear, OnnxPrecision.Float32, 1e-4)]
    [InlineData(ClassifierHead.SimpleAttentive, OnnxPrecision.Float32, 1e-4)]
    [InlineData(ClassifierHead.MultiHeadAttentive, OnnxPrecision.Float32, 1e-4)]
    [InlineData(ClassifierHead.CrossAttentive, OnnxPrecision.Float32, 1e-4)]
    [InlineData(ClassifierHead.CrossAttentive, OnnxPrecision.Float16, 5e-2)]
    public async Task Export_EveryHead_AgreesWithTorchAndNamesItsLabels(ClassifierHead head, OnnxPrecision precision, double tolerance)
    {
        string path = _folder.File("c.onnx");
        ScottClassifier classifier = Classifiers.Create(head, thresholds: Thresholds);
        OnnxExportResult result = await classifier.ExportOnnx(path).WithPrecision(precision).WithParityReference(OnnxParityReference.Torch)
            .SaveAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["logits", "probabilities"], result.Parity!.Outputs.Select(output => output.Output));
        Assert.All(result.Parity.Outputs, output => Assert.InRange(output.MaximumDifference, 0, tolerance));
        using var session = new InferenceSession(path);
        Dictionary<string, string> metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(classifier.ClassNames, JsonSerializer.Deserialize<string[]>(metadata["scott.class_names"])!);
        Assert.Equal(Thresholds, JsonSerializer.Deserialize<float[]>(metadata["scott.label_thresholds"])!);
        using ImageClassifier torch = classifier.Classify().UseTorch(TorchDevice.Cpu).Build();
        float[] image = new float[torch.Preprocessor.TensorLength];
        ImageSource source = ImageSource.FromImage(DrawnImages.Draw(1));
        await torch.Preprocessor.PreprocessAsync(source, image, TestContext.Current.CancellationToken);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, 64, 64]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [input], ["probabilities"]);
        Vectors.AssertClose(
            (await torch.ClassifyAsync(source, TestContext.Current.CancellationToken)).Probabilities,
            outputs[0].GetTensorDataAsSpan<float>().ToArray(), (float)tolerance);
    }

    [Fact]
    public async Task Export_SingleLabelClassifier_HasNoThresholds()
    {
        string path = _folder.File("c.onnx");
        await Classifiers.Create(ClassifierHead.Linear).ExportOnnx(path).SaveAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var session = new InferenceSession(path);
        Assert.DoesNotContain("scott.label_thresholds", session.ModelMetadata.CustomMetadataMap.Keys);
    }
}
