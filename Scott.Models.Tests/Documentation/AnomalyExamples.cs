using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks of <c>docs/uses/anomalies.md</c>, word for word, as code that compiles and runs.</summary>
/// <remarks><see cref="AnomalyDocumentTests"/> compares the two.</remarks>
internal static class AnomalyExamples
{
    public static async Task<double> LearnAsync()
    {
        // anomalies.md
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled");
        using AnomalyDetector detector = await model.LearnAnomaliesAsync(ImageFolder.Open("normal"));
        await detector.SaveAsync("detector.safetensors");
        // end
        return detector.FalseAlarmRate;
    }

    public static async Task<bool> ScoreAsync(ScottModel model)
    {
        // anomalies.md
        using AnomalyDetector detector = await AnomalyDetector.LoadAsync("detector.safetensors", model);
        AnomalyResult result = await detector.ScoreAsync("part.png");
        if (result.IsAnomalous)
            await result.Draw(await ImageDecoder.DecodeAsync("part.png")).SavePngAsync("where.png");
        // end
        return result.IsAnomalous;
    }

    public static async Task<AnomalyDetector> LearnStrictlyAsync(ScottModel model)
    {
        // anomalies.md
        var options = new AnomalyOptions { FalseAlarmRate = 0.05, RequiresFalseAlarmRate = true };
        AnomalyDetector detector = await model.LearnAnomaliesAsync(ImageFolder.Open("normal"), options);
        // end
        return detector;
    }
}
