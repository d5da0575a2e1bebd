using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>
/// Embeds a query and then the images that are searched, and keeps the best. It holds no more vectors than it lists; to ask often, keep an
/// <see cref="EmbeddingIndex"/> in an app.
/// </summary>
internal sealed class SearchRun(string query, InferenceChoices inference, int count, Screen screen)
{
    private readonly List<(string Path, float Cosine)> _best = [];
    private readonly SkippedImages _skipped = new();
    private long _searched;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IEnumerable<string> inputs, CancellationToken cancellationToken)
    {
        inference.Validate();
        Check.That(File.Exists(query), $"The image '{query}' does not exist.");
        IReadOnlyList<string> images = InputFiles.Expand(inputs);
        ScottModel model = await NamedModel.LoadAsync(inference.Model, InferenceChoices.Seed, screen, cancellationToken);
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        inference.Apply(builder);
        using FeatureExtractor extractor = Check.Legal(builder.Build);
        inference.Announce(extractor.ExecutionProvider, extractor.EngineDescription, screen);
        float[] vector = await extractor.EmbedAsync(query, cancellationToken);
        await ImageProgress.RunAsync(screen, images.Count, async progress =>
        {
            await foreach (ImageEmbedding embedding in extractor.EmbedFilesAsync(images, progress, cancellationToken))
            {
                Take(embedding, vector);
            }
        });
        Print();
        return _searched == 0 ? ExitCode.Failed : _skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    private void Take(ImageEmbedding embedding, float[] vector)
    {
        if (!embedding.IsSuccess)
        {
            _skipped.Add(embedding.Name, embedding.Error!);
            return;
        }

        _searched++;
        float cosine = Similarity.Cosine(vector, embedding.Vector.Span);
        int place = _best.FindIndex(entry => entry.Cosine < cosine);
        _best.Insert(place < 0 ? _best.Count : place, (embedding.Name, cosine));
        if (_best.Count > count)
            _best.RemoveAt(count);
    }

    private void Print()
    {
        _skipped.Print(screen);
        if (_searched == 0)
        {
            screen.Error("No image could be read.");
        }
        else
        {
            Table table = new Table().Title($"most like {Markup.Escape(query)}").AddColumn("cosine").AddColumn("image");
            foreach ((string path, float cosine) in _best)
                table.AddRow(Figures.Number(cosine, "F4"), Markup.Escape(path));

            screen.Output.Write(table);
            screen.Say($"Searched {Plural.Of(_searched, "image")} with {inference.Model}.");
        }

        screen.Result(new
        {
            query,
            model = inference.Model,
            searched = _searched,
            skipped = _skipped.ToJson(),
            matches = _best.Select(entry => new { path = entry.Path, cosine = entry.Cosine }),
        });
    }
}
