using Scott.Models.Datasets;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks of <c>docs/uses/classes.md</c>, word for word, as code that compiles and runs.</summary>
/// <remarks><see cref="ClassesDocumentTests"/> compares the two.</remarks>
internal static class ClassesExamples
{
    public static async Task<PrototypePrediction> LearnAsync()
    {
        // classes.md
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled");
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        var classes = new PrototypeClassifier(extractor.Fingerprint) { ModelName = "scott-mini-112-distilled" };
        await classes.AddAsync(extractor, "screw", Directory.GetFiles("screws"));
        await classes.AddAsync(extractor, "nut", Directory.GetFiles("nuts"));
        PrototypePrediction prediction = await classes.ClassifyAsync(extractor, "photo.jpg", unknownRate: 0.05);
        Console.WriteLine(prediction.IsUnknown ? "unknown" : $"{prediction.ClassName}: {prediction.Classes[0].Probability:P0}");
        await classes.SaveAsync("parts.safetensors");
        // end
        return prediction;
    }

    public static async Task<PrototypeClassifier> ChangeAsync(FeatureExtractor extractor)
    {
        // classes.md
        PrototypeClassifier classes = await PrototypeClassifier.LoadAsync("parts.safetensors", extractor.Fingerprint);
        classes.Relabel("screws/7.jpg", "bolt");
        classes.RenameClass("nut", "hex nut");
        classes.Remove("screws/2.jpg");
        classes.RemoveClass("bolt");
        // end
        return classes;
    }

    public static async Task<IReadOnlyList<PrototypeScore>> CalibrateAsync(PrototypeClassifier classes, FeatureExtractor extractor)
    {
        // classes.md
        await classes.CalibrateAsync(extractor, ImageFolder.OpenLabeled("held-out"));
        ImageEmbedding embedding = await extractor.ExtractAsync("photo.jpg");
        IReadOnlyList<PrototypeScore> set = classes.PredictSet(embedding, coverage: 0.9);
        // end
        return set;
    }
}
