using Scott.Models.Datasets;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks of <c>docs/uses/multi-label.md</c>, word for word, as code that compiles and runs.</summary>
/// <remarks><see cref="MultiLabelDocumentTests"/> compares the two.</remarks>
internal static class MultiLabelExamples
{
    public static async Task<ScottClassifier> TrainAsync(ScottModel model)
    {
        // multi-label.md
        ImageList images = await ImageList.FromMultiLabelCsvAsync("labels.csv");
        MultiLabelResult result = await model.FineTuneMultiLabel(images)
            .WithFrozenBackbone()
            .WithHead(ClassifierHead.Linear)
            .WithEpochs(12)
            .WithCheckpoints("runs/labels")
            .RunAsync();
        await result.Classifier.SaveAsync("labels.safetensors");
        // end

        return result.Classifier;
    }

    public static async Task<(ImagePrediction Prediction, MultiLabelMetrics Metrics)> UseAsync()
    {
        // multi-label.md
        ScottClassifier classifier = await ScottClassifier.FromFileAsync("labels.safetensors");
        using ImageClassifier classify = classifier.Classify().Build();
        ImagePrediction prediction = await classify.ClassifyAsync("photos/market.png");
        foreach (ClassProbability label in prediction.Labels)
            Console.WriteLine($"{label.ClassName}: {label.Probability:P1}");
        // end

        // multi-label.md
        MultiLabelMetrics metrics = await classify.EvaluateMultiLabelAsync(await ImageList.FromMultiLabelCsvAsync("test.csv"));
        Console.WriteLine(metrics); // mAP, micro and macro F1, Hamming loss
        await metrics.SaveAsync("figures"); // metrics.json, labels.csv
        // end

        return (prediction, metrics);
    }
}
