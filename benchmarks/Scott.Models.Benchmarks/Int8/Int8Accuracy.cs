using Microsoft.ML.OnnxRuntime;
using Scott.Models.Imaging;
using Scott.Models.Onnx;

namespace Scott.Models.Benchmarks.Int8;

/// <summary>How often exported files of a classifier are right on labeled images, and how often they choose the class of single precision.</summary>
internal static class Int8Accuracy
{
    private const int CalibrationImages = 32;

    public static async Task PrintAsync(string path, string calibrationFolder, string labeledFolder)
    {
        ScottClassifier classifier = await ScottClassifier.FromFileAsync(path);
        string[] all = [.. Directory.GetFiles(calibrationFolder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        ImageSource[] images = [.. Enumerable.Range(0, CalibrationImages).Select(i => (ImageSource)all[i * all.Length / CalibrationImages])];
        string folder = Directory.CreateTempSubdirectory("scott-int8-").FullName;
        try
        {
            int[]? single = null;
            (string, Func<OnnxExportBuilder, OnnxExportBuilder>)[] ways =
            [
                ("single precision", export => export),
                ("WithInt8()", export => export.WithInt8()),
                ("WithInt8(images)", export => export.WithInt8(images)),
            ];
            foreach ((string name, Func<OnnxExportBuilder, OnnxExportBuilder> choose) in ways)
            {
                string file = Path.Combine(folder, "model.onnx");
                OnnxExportResult result = await choose(classifier.ExportOnnx(file)).SaveAsync();
                (int[] classes, int right) = await ClassifyAsync(file, classifier, labeledFolder);
                single ??= classes;
                double same = single.Zip(classes).Count(pair => pair.First == pair.Second) / (double)classes.Length;
                double top1 = right / (double)classes.Length;
                Console.WriteLine($"  {name}: top-1 {100 * top1:F2} % of {classes.Length}, same class {100 * same:F2} %; {result.FileBytes} bytes");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int[] Classes, int Right)> ClassifyAsync(string file, ScottClassifier classifier, string folder)
    {
        using var session = new InferenceSession(file);
        using var options = new RunOptions();
        var preprocessor = new ImagePreprocessor(classifier.Model.Preprocessing);
        float[] image = new float[preprocessor.TensorLength];
        long[] shape = [1, preprocessor.Spec.ChannelCount, preprocessor.Spec.ImageHeight, preprocessor.Spec.ImageWidth];
        var classes = new List<int>();
        int right = 0;
        foreach (string path in Directory.GetFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await preprocessor.PreprocessAsync(path, image);
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, shape);
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [input], ["logits"]);
            float[] logits = outputs[0].GetTensorDataAsSpan<float>().ToArray();
            classes.Add(Array.IndexOf(logits, logits.Max()));
            right += classifier.ClassNames[classes[^1]] == Path.GetFileName(Path.GetDirectoryName(path)) ? 1 : 0;
        }

        return ([.. classes], right);
    }
}
