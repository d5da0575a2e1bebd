using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Onnx;
using Scott.Models.Torch;
using Scott.Models.Training;
using TorchSharp;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks of the README and of <c>docs/guide.md</c>, word for word, as code that compiles and runs.</summary>
/// <remarks><see cref="ReadmeTests"/> compares the two.</remarks>
internal static class ReadmeExamples
{
    public static async Task RunAsync()
    {
        // README
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled"); // or ScottModel.FromFileAsync("model.safetensors")
        using FeatureExtractor features = model.ExtractFeatures().WithUnitLength().Build();
        float[] cat = await features.EmbedAsync("photos/cat.jpg");

        var found = new List<ImageEmbedding>();
        await foreach (ImageEmbedding embedding in features.EmbedFilesAsync(Directory.EnumerateFiles("photos")))
        {
            if (embedding.IsSuccess) // an unreadable file gives its Error, and the run continues
            {
                found.Add(embedding);
            }
        }

        var index = new EmbeddingIndex(found.Select(embedding => embedding.Vector));
        foreach (SearchHit hit in index.Search(cat, count: 5))
            Console.WriteLine($"{hit.Score:F3} {found[hit.Index].Name}");
        // end
        Assert.Equal("photos/cat.jpg", found[index.Search(cat, 1)[0].Index].Name.Replace('\\', '/'));

        // guide.md
        using FeatureExtractor detailed = model.ExtractFeatures().WithTokens().WithAttention().WithBlocks(2).Build();
        ImageEmbedding result = await detailed.ExtractAsync("photos/cat.jpg");
        await PatchPca.Fit(result.Tokens!).ToImage(result.Tokens!, sidePixels: 448).SavePngAsync("pca.png");

        RgbImage seen = await detailed.Preprocessor.PreprocessToImageAsync("photos/cat.jpg");
        await AttentionOverlay.Draw(seen, result.Attention!.ReceivedByPatch()).SavePngAsync("attention.png");
        // end
        Assert.Equal(112, (await ImageDecoder.DecodeAsync("attention.png")).Width);

        // guide.md
        OnnxExportResult export = await model.ExportOnnx("model.onnx").WithByteInput().WithFloat16Weights().SaveAsync();
        Console.WriteLine($"{export.FileBytes} bytes; {export.Parity}");
        // end
        Assert.Equal(export.FileBytes, new FileInfo("model.onnx").Length);

        // guide.md
        using FeatureExtractor managed = model.ExtractFeatures().UseManaged().Build();
        float[] same = await managed.EmbedAsync("photos/cat.jpg");
        Console.WriteLine($"{same.Length} numbers by {managed.EngineDescription}");
        // end
        Assert.All(result.Vector.ToArray().Zip(same), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

        // guide.md
        using FeatureExtractor fast = model.ExtractFeatures().UseTorch(precision: TorchPrecision.BFloat16).Build();
        // end
        Assert.EndsWith("bfloat16", fast.EngineDescription, StringComparison.Ordinal);

        // guide.md
        ImageSource[] photos = [.. Directory.GetFiles("photos", "*.jpg").Take(32)];
        await model.ExportOnnx("model.int8.onnx").WithInt8(photos).SaveAsync();
        // end
        Assert.True(File.Exists("model.int8.onnx"));

        // README
        PretrainingResult run = await ScottModel.Create("scott-mini-112", seed: 47).Pretrain(ImageFolder.Open("photos"))
            .WithRecipe(PretrainingRecipe.Short) // thousands of images, hours on a CPU
            .WithEpochs(1) // to try it; the recipe has 50
            .WithBatchSize(2)
            .WithCheckpoints("runs/photos")
            .RunAsync();
        await run.Model.SaveAsync("pretrained.safetensors");
        Console.WriteLine($"effective rank {run.History[^1].Health.EffectiveRank:F1}");
        // end
        Assert.Equal(1, run.History[^1].Steps);

        // guide.md
        EvaluationResult worth = await model.Evaluate(ImageFolder.OpenLabeled("labeled/train"), ImageFolder.OpenLabeled("labeled/test"))
            .WithFewShot([1, 5])
            .RunAsync();
        await worth.SaveAsync("evaluation");
        Console.WriteLine(worth);
        // end
        Assert.True(File.Exists("evaluation/attentive/confusion.svg"));

        // README
        FineTuningResult tuned = await model.FineTune(ImageFolder.OpenLabeled("labeled/train")) // or run.Model, which learned your kind of images
            .WithEpochs(1) // to try it; 30 if you leave this out
            .WithCheckpoints("runs/labeled")
            .RunAsync();
        await tuned.Classifier.SaveAsync("classifier.safetensors");
        Console.WriteLine($"{tuned.BestEpoch.Figure:P1} of {string.Join(", ", tuned.Classifier.ClassNames)}");
        // end
        Assert.Equal(tuned.Classifier.ClassNames, (await ScottClassifier.FromFileAsync("classifier.safetensors")).ClassNames);

        // README
        using ImageClassifier classify = tuned.Classifier.Classify().Build(); // ONNX Runtime computes, as for features
        ImagePrediction prediction = await classify.ClassifyAsync("photos/cat.jpg");
        Console.WriteLine($"{prediction.Best.ClassName} ({prediction.Best.Probability:P0})");

        ClassificationMetrics onTest = await classify.EvaluateAsync(ImageFolder.OpenLabeled("labeled/test"));
        await tuned.Classifier.ExportOnnx("classifier.onnx").WithFloat16Weights().SaveAsync();
        Console.WriteLine($"{onTest.Top1:P1} of {onTest.Images} test images right, {onTest.MeanPerClassTop1:P1} per class");
        // end
        Assert.Equal(4, onTest.Images);
        Assert.True(File.Exists("classifier.onnx"));

        // guide.md
        DatasetReport check = await ImageFolder.Open("photos").InspectAsync();
        Console.WriteLine(check);
        // end
        Assert.Equal(2, check.Count);

        // guide.md
        using Backbone backbone = model.CreateBackbone(TorchDevice.Auto);
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable noGradient = torch.no_grad();
        torch.Tensor images = torch.zeros([1, 3, 112, 112], device: backbone.Device); // normalized as model.Preprocessing says
        torch.Tensor keepMask = torch.ones([1, 49], device: backbone.Device); // 1 = visible, 0 = hidden; null for all visible
        torch.Tensor tokens = backbone.call(images, keepMask); // [1, 49, 192]
        // end
        Assert.Equal([1, 49, 192], tokens.shape);
    }

    /// <summary>Asks the hub for a model.</summary>
    public static async Task LearnFromOthersAsync(ScottModel model)
    {
        // guide.md
        ScottModel dino = await ScottModel.FromHuggingFaceAsync("facebook/dinov2-small"); // or timm/vit_small_patch14_dinov2.lvd142m
        using FeatureExtractor joined = dino.ExtractFeatures().WithPooling(EmbeddingPooling.ClassTokenAndPatchMean).Build();
        float[] vector = await joined.EmbedAsync("photos/cat.jpg");
        Console.WriteLine($"{vector.Length} numbers by {dino.Metadata.Id} at commit {dino.Metadata.Revision}");
        // end
        Assert.Equal(2 * dino.Architecture.EmbeddingWidth, vector.Length);

        // guide.md
        DistillationResult taught = await model.Distill(dino, ImageFolder.Open("photos")) // thousands of images are better
            .WithEpochs(1)
            .WithBatchSize(2)
            .WithCheckpoints("runs/taught")
            .RunAsync();
        await taught.Model.SaveAsync("taught.safetensors");
        // end
        Assert.Equal(1, taught.History[^1].Steps);
        await dino.ExportOnnx("network.onnx").SaveAsync();

        // guide.md
        var network = DistillationTeacher.FromOnnx("network.onnx", new OnnxTeacherOptions
        {
            Preprocessing = dino.Preprocessing, // what the network expects of an image
            OutputName = "embedding", // the output that is the image's vector
        });
        DistillationBuilder distillation = model.Distill(network, ImageFolder.Open("photos"));
        // end
        Assert.Equal(1, (await distillation.WithEpochs(1).WithBatchSize(2).RunAsync()).History[^1].Steps);
    }

    public static async Task ImportAsync()
    {
        // guide.md
        var options = new ModelFileOptions { Architecture = ScottArchitectures.Get("scott-12-16-224") };
        ScottModel imported = await ScottModel.FromFileAsync("context-encoder_checkpoint.pth", options);
        ScottModel larger = imported.WithImageSize(448);
        await larger.SaveAsync("scott-12-16-448.safetensors");
        // end
        Assert.Equal(448, larger.Architecture.ImagePixels);
    }
}
