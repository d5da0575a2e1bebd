// Which image looks most like which? Embeds the images of a folder, or drawn ones, with the model inside the package, and compares the vectors.
using Samples.Shared;
using Scott.Models;
using Scott.Models.Inference;
using Scott.Models.Metrics;

string folder = args.Length > 0 ? args[0] : Directory.CreateTempSubdirectory("scott-sample-").FullName;
if (args.Length == 0)
    await DrawnImages.DrawAllAsync(folder, variants: 3, sameColors: true);

ScottModel model = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId);
using FeatureExtractor features = model.ExtractFeatures().WithUnitLength().Build();
Console.WriteLine($"Embedding {folder} with {ScottModels.DefaultId} by {features.EngineDescription}.");

var found = new List<ImageEmbedding>();
await foreach (ImageEmbedding embedding in features.EmbedFilesAsync(Directory.EnumerateFiles(folder).Order()))
{
    if (embedding.IsSuccess)
        found.Add(embedding);
    else
        Console.Error.WriteLine($"Skipped: {embedding.Error!.Message}");
}

if (found.Count < 2)
{
    Console.Error.WriteLine($"There are too few images to compare: {found.Count}. Give a folder of at least two.");
    return 1;
}

Console.WriteLine($"{"image",-20} {"most similar other",-20} cosine");
var index = new EmbeddingIndex(found.Select(embedding => embedding.Vector));
int sameKind = 0;
foreach ((int i, ImageEmbedding embedding) in found.Index())
{
    // The image itself is the first hit, or the second if another image has the same vector.
    SearchHit nearest = index.Search(embedding.Vector.Span, count: 2).FirstOrDefault(hit => hit.Index != i);
    string other = found[nearest.Index].Name;
    sameKind += DrawnImages.KindOf(other) == DrawnImages.KindOf(embedding.Name) ? 1 : 0;
    Console.WriteLine($"{Path.GetFileName(embedding.Name),-20} {Path.GetFileName(other),-20} {nearest.Score:F4}");
}

if (args.Length == 0)
{
    Console.WriteLine($"For {sameKind} of {found.Count}, the most similar image is of the same kind.");
    Directory.Delete(folder, recursive: true);
}

return 0;
