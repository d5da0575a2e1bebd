using System.Globalization;
using ExtractFeatures;
using Scott.Models;
using Scott.Models.Backbones;
using Scott.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

if (args is ["--help" or "-h", ..] or [_, _, ..])
{
    Console.WriteLine(
        """
        Embeds six drawn pictures with a SCOTT backbone and prints how alike they are.

        usage: ExtractFeatures [model.safetensors]

          (no argument)   an untrained scott-mini-112
          model file      a model that ScottModel.SaveAsync wrote
        """);
    return args.Length > 1 ? 2 : 0;
}

Console.WriteLine(ScottDiagnostics.Report());

ScottModel model = args is [string path] ? await ScottModel.FromFileAsync(path) : ScottModel.Create("scott-mini-112", seed: 47);
Console.WriteLine($"{model.Metadata.Id}: {model.TrainableParameters:N0} parameters, {model.Metadata.Provenance ?? "of unknown provenance"}");
if (args.Length == 0)
{
    Console.WriteLine("These weights are untrained: the vectors below show that everything runs, not what a trained model sees.");
}

using Backbone backbone = model.CreateBackbone(TorchDevice.Auto);
using DisposeScope scope = NewDisposeScope();
using IDisposable noGradient = no_grad();

Tensor images = DrawnPictures.Batch(model.Preprocessing).to(backbone.Device); // [6, 3, S, S]
Tensor tokens = backbone.call(images, null); // [6, N, D]
Tensor embeddings = nn.functional.normalize(tokens.mean([1]), dim: 1); // [6, D]
float[] similarity = [.. embeddings.matmul(embeddings.t()).cpu().data<float>()];

Console.WriteLine($"images [{string.Join(", ", images.shape)}] -> tokens [{string.Join(", ", tokens.shape)}] -> embeddings [{string.Join(", ", embeddings.shape)}]");
Console.WriteLine();
Console.WriteLine("cosine similarity".PadRight(20) + string.Concat(DrawnPictures.Names.Select(name => name.PadLeft(12))));
for (int row = 0; row < DrawnPictures.Names.Count; row++)
{
    IEnumerable<string> cells = similarity.Skip(row * DrawnPictures.Names.Count).Take(DrawnPictures.Names.Count)
        .Select(value => value.ToString("F3", CultureInfo.InvariantCulture).PadLeft(12));
    Console.WriteLine(DrawnPictures.Names[row].PadRight(20) + string.Concat(cells));
}

return 0;
