using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Cli;

/// <summary>
/// Embeds a query and then the images that are searched, and keeps the best. It holds no more vectors than it lists; to ask often, make an
/// index: see <see cref="IndexSearchRun"/>.
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
        return new SearchReport(query, inference.Model, _searched, _skipped, _best).Print(screen, "No image could be read.");
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
}
