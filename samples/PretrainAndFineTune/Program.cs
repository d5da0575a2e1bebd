// From images to a classifier as an ONNX file: pre-training without labels, fine-tuning with labels, a test, and the export.
// The images are drawn and the model is tiny, so this takes seconds and teaches the model little; it shows the calls.
using Samples.Shared;
using Scott.Models;
using Scott.Models.Datasets;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Onnx;

string folder = Directory.CreateTempSubdirectory("scott-sample-").FullName;
(string training, string test, string runs) = (Path.Combine(folder, "train"), Path.Combine(folder, "test"), Path.Combine(folder, "runs"));
await DrawnImages.DrawLabeledAsync(training, first: 0, count: 9);
await DrawnImages.DrawLabeledAsync(test, first: 9, count: 3);

// 1. Pre-train on images without labels. In an app that names the same folder again, a run that was stopped resumes from its checkpoints, bit for
// bit. This sample has a new folder each time.
ScottArchitecture tiny = new()
{
    ImagePixels = 64,
    EmbeddingWidth = 96,
    Depth = 3,
    Heads = 3,
    DropoutRate = 0,
    AttentionDropoutRate = 0,
    StochasticDepthRate = 0,
};
PretrainingResult pretrained = await ScottModel.Create(tiny, seed: 47)
    .Pretrain(ImageFolder.Open(training))
    .WithEpochs(6)
    .WithBatchSize(6)
    .WithCheckpoints(Path.Combine(runs, "pretrain"))
    .OnEpoch((record, _) =>
    {
        Console.WriteLine($"pre-training epoch {record.Epoch}: loss {record.Loss:F3}, effective rank {record.Health.EffectiveRank:F1}");
        return ValueTask.FromResult(true);
    })
    .RunAsync();
await pretrained.Model.SaveAsync(Path.Combine(runs, "pretrained.safetensors"));

// 2. Fine-tune on labeled images: one folder per class. A part of each class is set aside and chooses the best epoch.
FineTuningResult tuned = await pretrained.Model
    .FineTune(ImageFolder.OpenLabeled(training))
    .WithEpochs(8)
    .WithBatchSize(6)
    .WithCheckpoints(Path.Combine(runs, "finetune"))
    .OnEpoch((record, _) =>
    {
        Console.WriteLine($"fine-tuning epoch {record.Epoch}: {record.Validation.Top1:P0} of the validation images right");
        return ValueTask.FromResult(true);
    })
    .RunAsync();
await tuned.Classifier.SaveAsync(Path.Combine(runs, "classifier.safetensors"));

// 3. Test the classifier on images that it never saw, and classify one.
using ImageClassifier classify = tuned.Classifier.Classify().Build();
ClassificationMetrics metrics = await classify.EvaluateAsync(ImageFolder.OpenLabeled(test));
Console.WriteLine($"{metrics.Top1:P0} of {metrics.Images} test images right ({string.Join(", ", tuned.Classifier.ClassNames)}).");
ImagePrediction prediction = await classify.ClassifyAsync(Path.Combine(test, "rings", "10.png"));
Console.WriteLine($"rings/10.png: {prediction.Best.ClassName} ({prediction.Best.Probability:P0})");

// 4. Ship it as ONNX. The export compares the file with the classifier.
OnnxExportResult export = await tuned.Classifier.ExportOnnx(Path.Combine(runs, "classifier.onnx")).WithFloat16Weights().SaveAsync();
Console.WriteLine($"{export.Path}: {export.FileBytes} bytes; {export.Parity}");
Console.WriteLine($"The run's curves are in {Path.Combine(runs, "pretrain", "report.html")}. Delete {folder} when you have seen them.");
