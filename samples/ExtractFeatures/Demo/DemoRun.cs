using System.Globalization;
using ExtractFeatures.Options;
using ExtractFeatures.Running;
using Samples.Shared;
using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Spectre.Console;

namespace ExtractFeatures.Demo;

/// <summary>The main job on drawn images, in a temporary folder that goes afterwards: which image looks most like which?</summary>
internal static class DemoRun
{
    private const int Variants = 3;

    public static async Task<int> RunAsync(ExtractOptions options, Screen screen, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("scott-demo-");
        try
        {
            IReadOnlyList<string> images = await DrawnImages.DrawAllAsync(folder.FullName, Variants, cancellationToken);
            screen.Say($"No images were given: embedding {images.Count} drawn ones by {options.Model}. Run with --help to see what else there is.");
            ExtractOptions inFolder = options with { Output = Path.Combine(folder.FullName, ExtractOptions.DefaultOutput) };
            var collector = new EmbeddingCollector();
            RunSummary summary = await new ExtractionRun(inFolder, screen).RunAsync(images, [collector], cancellationToken);
            if (summary.IsInterrupted)
            {
                screen.Warn("Interrupted.");
                return summary.ExitCode;
            }

            if (summary.ExitCode != ExitCode.Success)
            {
                RunReport.Print(summary, screen);
                return summary.ExitCode;
            }

            PrintNeighbors(collector.Embeddings, screen);
            screen.Say(RunReport.Speed(summary));
            return ExitCode.Success;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The kind that a drawn file's name says.</summary>
    private static string KindOf(string path) => Path.GetFileName(path).Split('-')[0];

    private static void PrintNeighbors(List<ImageEmbedding> embeddings, Screen screen)
    {
        var index = new EmbeddingIndex(embeddings.Select(embedding => embedding.Vector));
        Table table = new Table().AddColumns("image", "most similar other", "cosine", "same kind");
        int sameKind = 0;
        for (int i = 0; i < embeddings.Count; i++)
        {
            // The image itself comes first, or second should another have the very same vector.
            SearchHit nearest = index.Search(embeddings[i].Vector.Span, 2).First(hit => hit.Index != i);
            string other = embeddings[nearest.Index].Name;
            bool isSameKind = KindOf(other) == KindOf(embeddings[i].Name);
            sameKind += isSameKind ? 1 : 0;
            table.AddRow(
                Path.GetFileName(embeddings[i].Name), Path.GetFileName(other), nearest.Score.ToString("F4", CultureInfo.InvariantCulture), isSameKind ? "yes" : "no");
        }

        screen.Output.Write(table);
        screen.Say($"{sameKind} of {Plural.Of(embeddings.Count, "image")} found one of their own kind first.");
    }
}
