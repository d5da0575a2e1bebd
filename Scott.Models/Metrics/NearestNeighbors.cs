namespace Scott.Models.Metrics;

/// <summary>Classifies by the labels of the most similar training images: a measure of frozen features that needs no training.</summary>
internal static class NearestNeighbors
{
    /// <summary>The usual temperature of the votes (Wu et al., 2018).</summary>
    public const double Temperature = 0.07;

    /// <summary>The share of queries whose label wins the vote at the usual temperature.</summary>
    public static double Accuracy(
        LabeledFeatures training, LabeledFeatures queries, int classes, int neighbors, CancellationToken cancellationToken = default) =>
        ClassScores.Accuracy(Vote(training, queries, classes, neighbors, Temperature, cancellationToken), queries.Labels, classes);

    /// <summary>Each class's share of the votes, [V, C] row-major. With fewer training images than neighbors, all vote.</summary>
    public static float[] Probabilities(
        LabeledFeatures training, LabeledFeatures queries, int classes, int neighbors, double temperature,
        CancellationToken cancellationToken = default) =>
        [.. Vote(training, queries, classes, neighbors, temperature, cancellationToken).Chunk(classes).SelectMany(row =>
        {
            double sum = row.Sum();
            return row.Select(votes => (float)(votes / sum));
        })];

    /// <summary>The votes, [V, C]: the weight of a neighbor is e^(cosine / temperature), times a constant for each query.</summary>
    private static double[] Vote(
        LabeledFeatures training, LabeledFeatures queries, int classes, int neighbors, double temperature, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neighbors);
        ArgumentOutOfRangeException.ThrowIfZero(training.Labels.Count, nameof(training));
        int width = training.Width;
        var rows = IndexRows.Of(training.Vectors, width);
        double[] votes = new double[queries.Labels.Count * classes];
        Parallel.For(0, queries.Labels.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            ReadOnlySpan<float> query = queries.Vectors.AsSpan(i * width, width);
            (int Row, float Score)[] nearest = [.. rows.SearchUnordered(IndexRows.Unit(query, Similarity.Length(query)), neighbors)];

            // The best score is subtracted, so that a low temperature does not overflow. The ratios stay.
            float best = nearest.Max(hit => hit.Score);
            foreach ((int Row, float Score) hit in nearest)
                votes[(i * classes) + training.Labels[hit.Row]] += Math.Exp(((double)hit.Score - best) / temperature);
        });
        return votes;
    }
}
