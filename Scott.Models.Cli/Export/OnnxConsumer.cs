using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Cli;

/// <summary>
/// Runs an ONNX file like an app that has only this file: its metadata hold all that the app needs. From the library it uses only the exact
/// preprocessing; neither model nor libtorch is loaded.
/// </summary>
internal sealed class OnnxConsumer(string file) : IDisposable
{
    private readonly InferenceSession _session = new(file);

    public async Task<string> DescribeAsync(string image, CancellationToken cancellationToken)
    {
        Dictionary<string, string> metadata = _session.ModelMetadata.CustomMetadataMap;
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.FromJson(metadata["scott.preprocessing"]));
        using OrtValue input = await PrepareAsync(preprocessor, image, cancellationToken);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(options, ["images"], [input], _session.OutputNames);
        float[] values = outputs[1].GetTensorDataAsSpan<float>().ToArray(); // probabilities of a classifier, the embedding of a backbone
        if (!metadata.TryGetValue("scott.class_names", out string? names))
        {
            string first = string.Join(' ', values.Take(8).Select(value => Figures.Number(value, "F3")));
            return $"  {Plural.Of(values.Length, "number")}: {first} …";
        }

        IEnumerable<string> lines = JsonSerializer.Deserialize<string[]>(names)!
            .Zip(values)
            .OrderByDescending(entry => entry.Second)
            .Take(5)
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"  {entry.First}: {entry.Second:P1}"));
        return string.Join(Environment.NewLine, lines);
    }

    public void Dispose() => _session.Dispose();

    private async Task<OrtValue> PrepareAsync(ImagePreprocessor preprocessor, string image, CancellationToken cancellationToken)
    {
        PreprocessingSpec spec = preprocessor.Spec;
        (int channels, int height, int width) = (spec.ChannelCount, spec.ImageHeight, spec.ImageWidth);
        if (_session.InputMetadata["images"].ElementType == typeof(byte))
        {
            byte[] pixels = new byte[preprocessor.TensorLength];
            await preprocessor.PreprocessToBytesAsync(image, pixels, cancellationToken);
            return OrtValue.CreateTensorValueFromMemory(pixels, [1, height, width, channels]);
        }

        float[] pixelValues = new float[preprocessor.TensorLength];
        await preprocessor.PreprocessAsync(image, pixelValues, cancellationToken);
        return OrtValue.CreateTensorValueFromMemory(pixelValues, [1, channels, height, width]);
    }
}
