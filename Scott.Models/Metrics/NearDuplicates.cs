using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Finds groups of vectors that are nearly the same: copies of an image that were compressed, enlarged or changed a little.</summary>
public static class NearDuplicates
{
    /// <summary>The vectors from which a threshold is chosen at most; of more, evenly spaced ones. They make 200 million pairs.</summary>
    private const int MostReferences = 20_000;

    /// <summary>How far single precision may move a cosine: equal vectors must reach the threshold 1.</summary>
    private const float Rounding = 1e-6f;

    /// <summary>Thresholds are rounded up to a multiple of 1e-5.</summary>
    private const double ThresholdSteps = 1e5;

    /// <summary>Groups all vectors that are connected by pairs whose cosine similarity is at least a threshold. Exact.</summary>
    /// <param name="vectors">The vectors, from one model.</param>
    /// <param name="threshold">The least cosine similarity of a pair; more than 0, at most 1. A pair that misses it by 1e-6, the rounding of
    /// single precision, reaches it too.
    /// <see cref="ChooseThreshold"/> finds one.</param>
    /// <param name="progress">Called from threads of the pool.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The groups of two or more, largest first, then by the lowest representative. A vector of zeros is in none.</returns>
    /// <remarks>
    /// The groups are connected components, so chains are possible: A is like B, and B like C, but A not like C. Read each member's similarity to
    /// the representative before anything is deleted. The result does not depend on the number of threads. The higher the threshold, the fewer
    /// pairs are computed; at a low one, the time grows with the square of the number of vectors.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is not in its range.</exception>
    /// <exception cref="ArgumentException">There are more than 134 million vectors.</exception>
    public static IReadOnlyList<NearDuplicateGroup> Find(
        EmbeddingIndex vectors, double threshold, IProgress<ComparisonProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (!(threshold is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Expected a cosine similarity of more than 0, at most 1.");

        cancellationToken.ThrowIfCancellationRequested();
        IndexRows rows = vectors.Rows;
        if (rows.Count < 2)
            return [];

        DisjointSets sets = DuplicateSearch.Run(rows, MathF.Max((float)threshold - Rounding, float.Epsilon), progress, cancellationToken);
        return [.. Enumerable.Range(0, rows.Count)
            .GroupBy(sets.Find)
            .Where(members => members.Skip(1).Any())
            .Select(members => Group(rows, [.. members], cancellationToken))
            .OrderByDescending(group => group.Members.Count)
            .ThenBy(group => group.Representative)];
    }

    /// <summary>Chooses the threshold at which a pair of two different images is taken for duplicates with at most the stated probability.</summary>
    /// <param name="different">Vectors of different images, of the kind that will be searched: no image, nor a copy of it, twice. Of more than
    /// 20 000 vectors, 20 000 evenly spaced ones are compared.</param>
    /// <param name="falseMatchRate">The probability for a pair; more than 0, less than 1. In a collection of N images, an image has about
    /// (N − 1) · rate false matches: for one image in a thousand among 10 000, it is 1e-7.</param>
    /// <param name="progress">Called from threads of the pool.</param>
    /// <param name="cancellationToken">Cancels the comparison.</param>
    /// <returns>The threshold, rounded up to a multiple of 1e-5, and what was measured.</returns>
    /// <remarks>
    /// Of the m pairs, at most k = ⌊rate · (m + 1)⌋ − 1 reach the threshold. Then a new pair like these reaches it with a probability of at most
    /// (k + 1) / (m + 1) ≤ rate, on average over sets of images: the rule of conformal prediction (Vovk, Gammerman and Shafer, "Algorithmic Learning
    /// in a Random World", 2005). Copies among the images raise the threshold, so that copies are missed; images that are less alike than
    /// those that are searched make it too low.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in its range, or too low for so few pairs: m + 1 must be at least 1 / rate.
    /// </exception>
    /// <exception cref="ArgumentException">More pairs than the rate allows are equal, so no threshold keeps it; or the vectors are so long that one
    /// array cannot hold them.</exception>
    public static DuplicateThreshold ChooseThreshold(
        EmbeddingIndex different, double falseMatchRate, IProgress<ComparisonProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(different);
        IndexRows rows = different.Rows;
        int count = Math.Min(rows.Count, MostReferences);
        long pairs = (long)count * (count - 1) / 2;
        if (falseMatchRate is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(falseMatchRate), falseMatchRate, "Expected more than 0 and less than 1.");

        long allowed = (long)((falseMatchRate * (pairs + 1)) + Rounding) - 1;
        if (allowed < 0)
        {
            // m pairs are enough if rate · (m + 1) ≥ 1, and n images make n · (n − 1) / 2 pairs.
            double needed = Math.Ceiling((1 + Math.Sqrt(1 + (8 * Math.Max(0, (1 / falseMatchRate) - 1 - Rounding)))) / 2);
            string found = FormattableString.Invariant(
                $"The rate {falseMatchRate} needs {needed:F0} different images; there {(count == 1 ? "is" : "are")} {count}.");
            string advice = needed <= MostReferences ? "Give more images, or a higher rate." : FormattableString.Invariant(
                $"At most {MostReferences} are compared: give a higher rate.");
            throw new ArgumentOutOfRangeException(nameof(falseMatchRate), $"{found} {advice}");
        }

        (double above, long matches) = PairHistogram.Measure(rows, count, progress, cancellationToken).Above(allowed);
        double threshold = Math.Ceiling((above + (2 * Rounding)) * ThresholdSteps) / ThresholdSteps;
        return threshold <= 1
            ? new DuplicateThreshold(Math.Max(threshold, 1 / ThresholdSteps), matches, pairs)
            : throw new ArgumentException(
                "More pairs than the rate allows are equal; expected different images. Remove the copies, or allow a higher rate.",
                nameof(different));
    }

    /// <summary>The representative has the highest mean similarity to the others, which the sum of all members gives at once.</summary>
    private static NearDuplicateGroup Group(IndexRows vectors, int[] members, CancellationToken cancellationToken)
    {
        double[] sum = new double[vectors.Width];
        double[] Unit(int index)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] unit = new double[vectors.Width];
            TensorPrimitives.ConvertChecked<float, double>(vectors.Row(index), unit);
            GC.KeepAlive(vectors);
            return unit;
        }

        foreach (int member in members)
            TensorPrimitives.Add<double>(sum, Unit(member), sum);

        double[] means = [.. members.Select(member => (TensorPrimitives.Dot<double>(sum, Unit(member)) - 1) / (members.Length - 1))];
        double best = means.Max() - Rounding;
        int at = Array.FindIndex(means, mean => mean >= best);
        double[] representative = Unit(members[at]);
        IEnumerable<NearDuplicate> others = members.Where(member => member != members[at]).Select(member =>
            new NearDuplicate(member, Math.Clamp((float)TensorPrimitives.Dot<double>(representative, Unit(member)), -1, 1)));
        return new NearDuplicateGroup(
            members[at], Math.Min(1, (float)means[at]), [.. others.OrderByDescending(other => other.Similarity).ThenBy(other => other.Index)]);
    }
}
