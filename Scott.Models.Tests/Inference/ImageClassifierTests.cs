using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Onnx;
using Scott.Models.Torch;

namespace Scott.Models.Tests.Inference;

[Collection(TorchTests.Name)]
public sealed class ImageClassifierTests : IDisposable
{
    private static readonly ScottClassifier Classifier = Classifiers.Create(ClassifierHead.SimpleAttentive);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Options_Defaults_AreThese()
    {
        var options = new ClassificationOptions();
        Assert.Equal((FeatureEngine.OnnxRuntime, OnnxPrecision.Float32), (options.Engine, options.Precision));
        Assert.Equal((5, 16, 0), (options.TopClasses, options.BatchSize, options.Threads));
    }

    [Fact]
    public void Build_IllegalOptions_ListsEveryFault()
    {
        var options = new ClassificationOptions { TopClasses = 0, BatchSize = 0, Threads = -1 };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(() => Classifier.Classify().WithOptions(options).Build());
        Assert.Equal(
            ["BatchSize is 0; expected 1 to 4096.", "Threads is -1; expected 0 to 4096.", "TopClasses is 0; expected 1 to 2147483647."],
            error.Faults);
    }

    [Fact]
    public void Build_Twice_IsRefused()
    {
        ImageClassifierBuilder builder = Classifier.Classify();
        builder.Build().Dispose();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(builder.Build);
        Assert.Equal("This builder has already built; call ScottClassifier.Classify() for a new one.", error.Message);
        Assert.Throws<InvalidOperationException>(() => builder.WithThreads(1));
    }

    [Theory]
    [InlineData(ClassifierHead.Linear)]
    [InlineData(ClassifierHead.SimpleAttentive)]
    [InlineData(ClassifierHead.MultiHeadAttentive)]
    [InlineData(ClassifierHead.CrossAttentive)]
    public async Task Classify_EveryHead_AgreesBetweenEngines(ClassifierHead head)
    {
        ScottClassifier classifier = Classifiers.Create(head, Architectures.TinyVit);
        using ImageClassifier onnx = classifier.Classify().Build();
        using ImageClassifier torch = classifier.Classify().UseTorch(TorchDevice.Cpu).Build();
        using ImageClassifier managed = classifier.Classify().UseManaged().Build();
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(1), "drawn");
        ImagePrediction a = await onnx.ClassifyAsync(image);
        ImagePrediction b = await torch.ClassifyAsync(image);
        Vectors.AssertClose(a.Logits, b.Logits, 1e-4f);
        Vectors.AssertClose(a.Embedding, b.Embedding, 1e-4f);
        ImagePrediction c = await managed.ClassifyAsync(image);
        Vectors.AssertClose(a.Logits, c.Logits, 1e-4f);
        Vectors.AssertClose(a.Embedding, c.Embedding, 1e-4f);
        Assert.Equal("drawn", a.Name);
        Assert.StartsWith("ONNX Runtime", onnx.EngineDescription, StringComparison.Ordinal);
        Assert.StartsWith("TorchSharp", torch.EngineDescription, StringComparison.Ordinal);
        Assert.StartsWith("Managed code", managed.EngineDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_Prediction_ListsTheLikeliestFirst()
    {
        using ImageClassifier classify = Classifier.Classify().WithTopClasses(3).Build();
        ImagePrediction prediction = await classify.ClassifyAsync(ImageSource.FromImage(DrawnImages.Draw(2)));
        (float[] probabilities, float[] logits) = (prediction.Probabilities.ToArray(), prediction.Logits.ToArray());
        Assert.Equal(6, probabilities.Length);
        Assert.Equal(1, probabilities.Sum(), 1e-5);
        Assert.Equal(3, prediction.Classes.Count);
        Assert.Equal(probabilities.OrderDescending().Take(3), prediction.Classes.Select(each => each.Probability));
        Assert.All(
            prediction.Classes,
            each => Assert.Equal((Classifiers.ClassNames[each.Label], probabilities[each.Label]), (each.ClassName, each.Probability)));
        Assert.Equal(prediction.Best, prediction.Classes[0]);

        // The probabilities are the logits' softmax.
        double sum = logits.Sum(logit => Math.Exp(logit));
        Assert.All(logits.Zip(probabilities), pair => Assert.Equal(Math.Exp(pair.First) / sum, pair.Second, 1e-5));
    }

    [Fact]
    public async Task Classify_MoreClassesWantedThanThereAre_ListsAll()
    {
        using ImageClassifier classify = Classifier.Classify().WithTopClasses(99).Build();
        Assert.Equal(6, (await classify.ClassifyAsync(ImageSource.FromImage(DrawnImages.Draw(2)))).Classes.Count);
    }

    [Fact]
    public async Task Classify_Embedding_IsTheExtractors()
    {
        using ImageClassifier classify = Classifier.Classify().Build();
        using FeatureExtractor features = Classifier.Model.ExtractFeatures().Build();
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(5));
        Vectors.AssertClose((await classify.ClassifyAsync(image)).Embedding, await features.EmbedAsync(image));
    }

    [Fact]
    public async Task ClassifyFiles_UnreadableImage_GivesItsErrorAndGoesOn()
    {
        string[] paths = [.. Enumerable.Range(0, 6).Select(i => DrawnImages.Save(_folder, i))];
        await File.WriteAllTextAsync(paths[2], "no image");
        using ImageClassifier classify = Classifier.Classify().Build();
        List<ImagePrediction> predictions = await classify.ClassifyFilesAsync(paths).ToListAsync();
        Assert.Equal(paths, predictions.Select(prediction => prediction.Name));
        Assert.Equal([0, 1, 2, 3, 4, 5], predictions.Select(prediction => prediction.Index));
        Assert.Equal([2], predictions.Where(prediction => !prediction.IsSuccess).Select(prediction => prediction.Index));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => predictions[2].Best);
        Assert.IsType<ImageFormatException>(error.InnerException);
        Assert.Throws<InvalidOperationException>(() => predictions[2].Embedding);
        await Assert.ThrowsAsync<ImageFormatException>(() => classify.ClassifyAsync(paths[2]));
        Vectors.AssertClose((await classify.ClassifyAsync(paths[4])).Logits, predictions[4].Logits);
    }

    [Fact]
    public async Task Evaluate_LabeledImages_CountsWhatClassifySays()
    {
        using ImageClassifier classify = Classifier.Classify().Build();
        ImageSource[] images = [.. Enumerable.Range(0, 12).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        var predictions = await classify.ClassifyBatchAsync(images).ToListAsync();

        // The first half are labeled as they are taken for, the second half as the class after that.
        int[] labels = [.. predictions.Select((prediction, i) => (prediction.Best.Label + (i < 6 ? 0 : 1)) % 6)];
        ClassificationMetrics metrics = await classify.EvaluateAsync(new Labeled(images, labels));
        Assert.Equal(12, metrics.Images);
        Assert.Equal(0.5, metrics.Top1);
        Assert.Equal(Classifiers.ClassNames, metrics.Confusion.ClassNames);
    }

    [Fact]
    public async Task Evaluate_ClassesInAnotherOrder_AreToldByTheirNames()
    {
        using ImageClassifier classify = Classifier.Classify().Build();
        ImageSource[] images = [.. Enumerable.Range(0, 8).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        List<ImagePrediction> predictions = await classify.ClassifyBatchAsync(images).ToListAsync();

        // Labeled as they are taken for; only some of the classes, in ordinal order.
        var labeled = ImageList.FromLabeled(images.Zip(predictions.Select(prediction => prediction.Best.ClassName)));
        Assert.NotEqual(classify.ClassNames, labeled.ClassNames);
        Assert.Equal(1, (await classify.EvaluateAsync(labeled)).Top1);
    }

    [Fact]
    public async Task Evaluate_WhatCannotBeEvaluated_IsRefused()
    {
        using ImageClassifier classify = Classifier.Classify().Build();
        ImageSource good = ImageSource.FromImage(DrawnImages.Draw(0));
        string text = _folder.File("text.png");
        await File.WriteAllTextAsync(text, "no image");
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => classify.EvaluateAsync(new Labeled([good, text], [0, 1])));
        Assert.Equal(text, error.Name);
        await Assert.ThrowsAsync<DatasetException>(() => classify.EvaluateAsync(new Labeled([good], [null])));
        await Assert.ThrowsAsync<ArgumentException>(() => classify.EvaluateAsync(ImageList.FromLabeled([(good, "weed")])));
    }

    [Fact]
    public async Task Classify_AfterDisposal_IsRefused()
    {
        ImageClassifier classify = Classifier.Classify().Build();
        classify.Dispose();
        classify.Dispose();
        ObjectDisposedException error = await Assert.ThrowsAsync<ObjectDisposedException>(
            () => classify.ClassifyAsync(ImageSource.FromImage(DrawnImages.Draw(0))));
        Assert.Contains(nameof(ImageClassifier), error.ObjectName, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => classify.ClassifyFilesAsync(["a.png"]));
    }

    [Fact]
    public async Task ClassifyFiles_Canceled_Ends()
    {
        using ImageClassifier classify = Classifier.Classify().Build();
        using var stop = new CancellationTokenSource();
        string path = DrawnImages.Save(_folder, 0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            IEnumerable<string> paths = Enumerable.Repeat(path, int.MaxValue);
            await foreach (ImagePrediction prediction in classify.ClassifyFilesAsync(paths, cancellationToken: stop.Token))
            {
                await stop.CancelAsync();
            }
        });
    }

    private sealed class Labeled(ImageSource[] images, int?[] labels) : IImageDataset
    {
        public Labeled(ImageSource[] images, int[] labels)
            : this(images, [.. labels.Select(label => (int?)label)])
        {
        }

        public int Count => images.Length;

        public IReadOnlyList<string> ClassNames => Classifiers.ClassNames;

        public string NameOf(int index) => images[index].Name;

        public ImageSource SourceOf(int index) => images[index];

        public int? LabelOf(int index) => labels[index];
    }
}
