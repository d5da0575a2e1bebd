using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Embeds a dataset, and finds images that do not belong and labels that are likely wrong.</summary>
/// <remarks>The inspection itself reports images that cannot be read.</remarks>
internal sealed class OutlierInspection
{
    private const int MostShown = 20;

    /// <summary>So many of the farthest images are listed even if none exceeds the limit: their order is more certain than the limit.</summary>
    private const int LeastListed = 10;

    private readonly string _model;
    private readonly int _compared;
    private readonly OutlierReport _report;
    private readonly (string Path, float Score)[] _farthest;
    private readonly (string Path, string Label, string Suggested, double Share)[] _wrongLabels;

    private OutlierInspection(
        string model, IImageDataset dataset, List<ImageEmbedding> embeddings, OutlierReport report, IReadOnlyList<WrongLabel> wrongLabels)
    {
        (_model, _compared, _report) = (model, embeddings.Count, report);
        _farthest = [.. report.Scores.Zip(embeddings, (score, embedding) => (embedding.Name, score))
            .OrderByDescending(each => each.score)
            .Take(Math.Max(LeastListed, report.Found.Count))];
        _wrongLabels = [.. wrongLabels.Select(each => (
            embeddings[each.Index].Name, dataset.ClassNames[each.Label], dataset.ClassNames[each.SuggestedLabel], each.Share))];
    }

    public static async Task<OutlierInspection> RunAsync(string name, IImageDataset dataset, Screen screen, CancellationToken cancellationToken)
    {
        ScottModel model = await NamedModel.LoadAsync(name, InferenceChoices.Seed, screen, cancellationToken);
        using FeatureExtractor extractor = Check.Legal(model.ExtractFeatures().Build);
        var vectors = new ImageVectors(extractor, screen, new SkippedImages());
        List<ImageEmbedding> embeddings = await vectors.OfImagesAsync(
            [.. Enumerable.Range(0, dataset.Count).Select(dataset.SourceOf)], cancellationToken);
        EmbeddingIndex index = embeddings.ToEmbeddingIndex();
        OutlierReport report = await ComparisonBar.ShowAsync(
            screen, "Finding outliers", progress => Outliers.Find(index, null, progress, cancellationToken));
        int?[] labels = [.. embeddings.Select(embedding => dataset.LabelOf((int)embedding.Index))];
        IReadOnlyList<WrongLabel> wrongLabels = dataset.ClassNames.Count < 2 ? []
            : await ComparisonBar.ShowAsync(
                screen, "Comparing labels", progress => Outliers.FindWrongLabels(index, labels, null, progress, cancellationToken));
        return new OutlierInspection(name, dataset, embeddings, report, wrongLabels);
    }

    public void Print(Screen screen)
    {
        Table outliers = new Table().Title("farthest from their neighbors").AddColumns("1 − cosine", "outlier", "image");
        foreach ((string path, float score) in _farthest.Take(MostShown))
            outliers.AddRow(Figures.Number(score, "F4"), IsOutlier(score) ? "yes" : "no", Markup.Escape(path));

        Table labels = new Table().Title("likely wrong labels").AddColumns("neighbors", "label", "suggested", "image");
        foreach ((string path, string label, string suggested, double share) in _wrongLabels.Take(MostShown))
            labels.AddRow(Figures.Share(share), Markup.Escape(label), Markup.Escape(suggested), Markup.Escape(path));

        foreach (Table table in new[] { outliers, labels }.Where(table => table.Rows.Count > 0))
            screen.Output.Write(table);

        string wrong = Plural.Of(_wrongLabels.Length, "likely wrong label");
        screen.Say($"{Plural.Of(_report.Found.Count, "outlier")} and {wrong} among {Plural.Of(_compared, "image")}, by {_model}. "
            + $"At most {MostShown} of each are shown; --json has all.");
    }

    public object ToJson() => new
    {
        model = _model,
        compared = _compared,
        limit = _report.Limit,
        farthest = _farthest.Select(each => new { path = each.Path, score = each.Score, isOutlier = IsOutlier(each.Score) }),
        wrongLabels = _wrongLabels.Select(each => new { path = each.Path, label = each.Label, suggested = each.Suggested, share = each.Share }),
    };

    private bool IsOutlier(float score) => score > _report.Limit;
}
