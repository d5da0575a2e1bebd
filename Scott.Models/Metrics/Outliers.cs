namespace Scott.Models.Metrics;

/// <summary>Finds vectors that do not belong to a collection, and labels that are likely wrong, by the nearest neighbors of each vector.</summary>
/// <remarks>The time grows with the square of the number of vectors.</remarks>
public static class Outliers
{
    /// <summary>The standard deviation of normal values is this times their median absolute deviation.</summary>
    private const double DeviationsPerMedian = 1.4826;

    /// <summary>The least median absolute deviation: among equal vectors, rounding makes no outlier.</summary>
    private const double LeastDeviation = 1e-6;

    /// <summary>Scores each vector by its distance from its nearest neighbors, and finds those that are far from theirs.</summary>
    /// <param name="vectors">The vectors, from one model. A vector of zeros has the score 1.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Called from threads of the pool.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <remarks>Without a requested count, an outlier's score exceeds median + <see cref="OutlierOptions.Deviations"/> · 1.4826 · MAD, where MAD is
    /// the median absolute deviation of the scores, at least 1e-6. Both medians ignore how far away the outliers are. The score is that of
    /// Angiulli and Pizzuti, "Fast outlier detection in high dimensional spaces", 2002, as a mean. Strangers that are like each other are not
    /// found if there are more of them than neighbors.</remarks>
    /// <exception cref="ArgumentException">The vectors have together more than 2 147 483 591 numbers.</exception>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    public static OutlierReport Find(
        EmbeddingIndex vectors, OutlierOptions? options = null, IProgress<ComparisonProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        options ??= new OutlierOptions();
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        IndexRows rows = vectors.Rows;
        if (rows.Count < 2)
            return new OutlierReport(new float[rows.Count], null, []);

        int neighbors = Math.Min(options.Neighbors, rows.Count - 1);
        Neighbor[] nearest = NeighborSearch.Run(rows, neighbors, progress, cancellationToken);
        float[] scores = [.. nearest.Chunk(neighbors).Select(hits => Math.Max(0, (float)hits.Average(hit => 1 - (double)hit.Score)))];
        IEnumerable<Outlier> worst = scores.Select((score, index) => new Outlier(index, score)).OrderByDescending(each => each.Score);
        if (options.Count is { } count)
            return new OutlierReport(scores, null, [.. worst.Take(count)]);

        double median = Median(scores.Select(score => (double)score));
        double deviation = Math.Max(LeastDeviation, Median(scores.Select(score => Math.Abs(score - median))));
        double limit = median + (options.Deviations * DeviationsPerMedian * deviation);
        return new OutlierReport(scores, limit, [.. worst.TakeWhile(each => each.Score > limit)]);
    }

    /// <summary>Finds vectors whose nearest neighbors mostly carry one other label.</summary>
    /// <param name="vectors">The vectors, from one model.</param>
    /// <param name="labels">A label for each vector, at least 0, or <see langword="null"/>. Vectors without a label are left out.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults. <see cref="OutlierOptions.Count"/> limits the result.</param>
    /// <param name="progress">Called from threads of the pool.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The likely wrong labels: the largest share first, then the lowest index.</returns>
    /// <remarks>The rule is that of edited nearest neighbors (Wilson, 1972), with a share to reach instead of a majority. The image's own class could
    /// not win among more neighbors than it has other images. So in a small class as many of the nearest must reach the share too, and an image that
    /// is alone in its class is not judged. Nor is a vector of zeros. Copies of an image with the same wrong label vouch for each other: remove near
    /// duplicates first.</remarks>
    /// <exception cref="ArgumentException">There is not one label for each vector, one is negative, or the vectors have together more than
    /// 2 147 483 591 numbers.</exception>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    public static IReadOnlyList<WrongLabel> FindWrongLabels(
        EmbeddingIndex vectors, IReadOnlyList<int?> labels, OutlierOptions? options = null, IProgress<ComparisonProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(labels);
        options ??= new OutlierOptions();
        options.Validate();
        IndexRows rows = vectors.Rows;
        if (labels.Count != rows.Count || labels.Any(label => label < 0))
        {
            string found = $"{Plural.Of(labels.Count, "label")} for {Plural.Of(rows.Count, "vector")}";
            throw new ArgumentException($"{found}; expected one for each, at least 0 or null.", nameof(labels));
        }

        cancellationToken.ThrowIfCancellationRequested();
        int[] labeled = [.. Enumerable.Range(0, rows.Count).Where(index => labels[index] is not null)];
        if (labeled.Length < 2)
            return [];

        IndexRows chosen = labeled.Length == rows.Count ? rows : Take(rows, labeled);
        int neighbors = Math.Min(options.Neighbors, labeled.Length - 1);
        Neighbor[] nearest = NeighborSearch.Run(chosen, neighbors, progress, cancellationToken);
        int LabelOf(int at) => labels[labeled[at]]!.Value;
        bool HasDirection(int at) => chosen.Row(at).ContainsAnyExcept(0f);
        var sizes = Enumerable.Range(0, labeled.Length).Where(HasDirection).CountBy(LabelOf).ToDictionary();
        IEnumerable<WrongLabel> wrong = nearest.Chunk(neighbors).SelectMany<Neighbor[], WrongLabel>((hits, at) =>
        {
            int voters = HasDirection(at) ? Math.Min(neighbors, sizes[LabelOf(at)] - 1) : 0;
            if (voters == 0)
                return [];

            int winner = hits.Take(voters).CountBy(hit => LabelOf(hit.Index)).MaxBy(votes => votes.Value).Key;
            double Share(int nearest) => (double)hits.Take(nearest).Count(hit => LabelOf(hit.Index) == winner) / nearest;

            // A few voters are easily of one mind, so all neighbors must be, too.
            return [new WrongLabel(labeled[at], LabelOf(at), winner, Math.Min(Share(voters), Share(neighbors)))];
        });
        WrongLabel[] listed = [.. wrong
            .Where(each => each.SuggestedLabel != each.Label && each.Share >= options.MinimumShare)
            .OrderByDescending(each => each.Share)
            .ThenBy(each => each.Index)
            .Take(options.Count ?? int.MaxValue)];
        GC.KeepAlive(chosen);
        return listed;
    }

    private static IndexRows Take(IndexRows vectors, int[] rows)
    {
        float[] taken = new float[IndexArguments.CountNumbers(rows.Length, vectors.Width)];
        for (int i = 0; i < rows.Length; i++)
            vectors.CopyRow(rows[i], taken.AsSpan(i * vectors.Width));

        return IndexRows.Of(taken, vectors.Width);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
