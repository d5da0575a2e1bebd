using Scott.Models.Onnx;

namespace Scott.Models.Cli;

/// <summary>The files of a finished classifier.</summary>
internal static class ClassifierFiles
{
    public const string Classifier = "classifier.safetensors";
    public const string Onnx = "classifier.onnx";

    /// <summary>Writes the classifier and its ONNX file into a run's folder.</summary>
    /// <returns>The path of the ONNX file.</returns>
    public static async Task<string> WriteAsync(ScottClassifier classifier, string folder, Screen screen, CancellationToken cancellationToken)
    {
        await classifier.SaveAsync(Path.Combine(folder, Classifier), cancellationToken);
        string onnx = Path.Combine(folder, Onnx);
        await ProgressBars.ShowAsync(screen, "Exporting to ONNX", report => classifier.ExportOnnx(onnx).SaveAsync(
            ProgressBars.Listen<OnnxExportStage>(stage => report(ProgressBars.Words(stage), (long)stage, (long)OnnxExportStage.Writing + 1)),
            cancellationToken));
        return onnx;
    }
}
