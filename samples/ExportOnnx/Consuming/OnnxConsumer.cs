using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Scott.Models;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace ExportOnnx.Consuming;

/// <summary>
/// What an app does that has nothing but the ONNX file: all it needs to know stands in the file's metadata. Of this package it uses the exact
/// preprocessing alone; neither model nor libtorch is loaded.
/// </summary>
internal sealed class OnnxConsumer(string file) : IDisposable
{
    private readonly InferenceSession _session = new(file);

    public async Task<string> DescribeAsync(string path, CancellationToken cancellationToken)
    {
        Dictionary<string, string> metadata = _session.ModelMetadata.CustomMetadataMap;
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.FromJson(metadata["scott.preprocessing"]));
        using OrtValue input = await PrepareAsync(preprocessor, path, cancellationToken);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(options, ["images"], [input], _session.OutputNames);
        float[] values = outputs[1].GetTensorDataAsSpan<float>().ToArray(); // probabilities of a classifier, the embedding of a backbone
        return metadata.TryGetValue("scott.class_names", out string? names)
            ? string.Join(Environment.NewLine, JsonSerializer.Deserialize<string[]>(names)!
                .Zip(values).OrderByDescending(entry => entry.Second).Take(5)
                .Select(entry => string.Create(CultureInfo.InvariantCulture, $"  {entry.First}: {entry.Second:P1}")))
            : $"  {Plural.Of(values.Length, "number")}: {string.Join(' ', values.Take(8).Select(value => value.ToString("F3", CultureInfo.InvariantCulture)))} …";
    }

    public void Dispose() => _session.Dispose();

    private async Task<OrtValue> PrepareAsync(ImagePreprocessor preprocessor, string path, CancellationToken cancellationToken)
    {
        int side = preprocessor.Spec.ImagePixels;
        if (_session.InputMetadata["images"].ElementType == typeof(byte))
        {
            byte[] pixels = new byte[3 * side * side];
            await preprocessor.PreprocessToBytesAsync(path, pixels, cancellationToken);
            return OrtValue.CreateTensorValueFromMemory(pixels, [1, side, side, 3]);
        }

        float[] image = new float[preprocessor.TensorLength];
        await preprocessor.PreprocessAsync(path, image, cancellationToken);
        return OrtValue.CreateTensorValueFromMemory(image, [1, 3, side, side]);
    }
}
