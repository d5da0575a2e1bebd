using System.Globalization;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Spectre.Console;

namespace ExtractFeatures.Running;

/// <summary>The images of a run most like one image, best first. Holds no more of them than it lists; to ask often, keep an <see cref="EmbeddingIndex"/>.</summary>
/// <param name="name">The image asked about.</param>
/// <param name="query">Its vector.</param>
/// <param name="count">How many to list.</param>
internal sealed class SimilarImages(string name, float[] query, int count) : IEmbeddingSink
{
    private readonly List<(string Name, float Score)> _best = [];

    public ValueTask AddAsync(ImageEmbedding embedding)
    {
        float score = Similarity.Cosine(query, embedding.Vector.Span);
        int place = _best.FindIndex(entry => entry.Score < score);
        _best.Insert(place < 0 ? _best.Count : place, (embedding.Name, score));
        if (_best.Count > count)
        {
            _best.RemoveAt(count);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Table ToTable()
    {
        Table table = new Table().Title($"most like {Markup.Escape(name)}").AddColumn("cosine").AddColumn("image");
        foreach ((string image, float score) in _best)
        {
            table.AddRow(score.ToString("F4", CultureInfo.InvariantCulture), Markup.Escape(image));
        }

        return table;
    }
}
