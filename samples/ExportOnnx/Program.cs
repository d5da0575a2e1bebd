// Writes the pretrained model as ONNX in each precision, then runs one file on an image with ONNX Runtime alone.
using Microsoft.ML.OnnxRuntime;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Onnx;

DirectoryInfo folder = Directory.CreateTempSubdirectory("scott-sample-");
ScottModel model = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId);

// Each file is compared with the model before it gets its name; one that disagrees is an error.
foreach (OnnxPrecision precision in Enum.GetValues<OnnxPrecision>())
{
    string path = Path.Combine(folder.FullName, $"{precision}.onnx");
    OnnxExportResult result = await model.ExportOnnx(path).WithOptions(new OnnxExportOptions { Precision = precision }).SaveAsync();
    OnnxOutputParity embedding = result.Parity!.Outputs.Single(output => output.Output == "embedding");
    Console.WriteLine($"{precision,-15} {result.FileBytes,10} bytes, cosine with the model at least {embedding.MinimumCosine:F6}");
}

string image = Path.Combine(folder.FullName, "rings.png");
await DrawnImages.DrawAsync("rings", variant: 0, image);
float[] vector = await EmbedAsync(Path.Combine(folder.FullName, $"{OnnxPrecision.Float32}.onnx"), image);
using FeatureExtractor features = model.ExtractFeatures().Build();
float[] expected = await features.EmbedAsync(image);
float cosine = Similarity.Cosine(vector, expected);
Console.WriteLine($"rings.png by ONNX Runtime alone: {vector.Length} numbers, cosine with the library's {cosine:F6}");
folder.Delete(recursive: true);

// What an app with only this file does: the metadata say how to prepare an image.
static async Task<float[]> EmbedAsync(string file, string image)
{
    using var session = new InferenceSession(file);
    var preprocessor = new ImagePreprocessor(PreprocessingSpec.FromJson(session.ModelMetadata.CustomMetadataMap["scott.preprocessing"]));
    float[] values = new float[preprocessor.TensorLength];
    await preprocessor.PreprocessAsync(image, values);
    using OrtValue input = OrtValue.CreateTensorValueFromMemory(values, [1, 3, preprocessor.Spec.ImageHeight, preprocessor.Spec.ImageWidth]);
    using var options = new RunOptions();
    using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [input], ["embedding"]);
    return outputs[0].GetTensorDataAsSpan<float>().ToArray();
}
