using System.Numerics.Tensors;
using Scott.Models.Training;

namespace Scott.Models.Metrics;

/// <summary>Classifies by the labels of the most similar training images: a measure of frozen features that nothing has to be trained for.</summary>
internal static class NearestNeighbors
{
    /// <summary>The usual temperature of the votes (Wu et al., 2018).</summary>
    public const double Temperature = 0.07;

    /// <summary>The share of validation images whose class wins the vote.</summary>
    /// <param name="training">[M, D], row-major.</param>
    /// <param name="trainingLabels">[M], classes from 0.</param>
    /// <param name="validation">[V, D], row-major.</param>
    /// <param name="validationLabels">[V].</param>
    /// <param name="neighbors">k, at least 1: how many vote, each with the weight e^(cosine / temperature).</param>
    public static double Accuracy(
        ReadOnlyMemory<float> training, IReadOnlyList<int> trainingLabels, ReadOnlyMemory<float> validation, IReadOnlyList<int> validationLabels, int neighbors)
    {
        ArgumentOutOfRangeException.ThrowIfZero(trainingLabels.Count, nameof(trainingLabels));
        ArgumentOutOfRangeException.ThrowIfZero(validationLabels.Count, nameof(validationLabels));
        int right = 0;
        ForEachQuery(training, trainingLabels, validation, trainingLabels.Max() + 1, neighbors, Temperature, (i, votes) =>
        {
            if (Array.IndexOf(votes, votes.Max()) == validationLabels[i])
            {
                Interlocked.Increment(ref right);
            }
        });
        return (double)right / validationLabels.Count;
    }

    /// <summary>Each class's share of the votes, [V, C] row-major.</summary>
    /// <param name="training">At least one image.</param>
    /// <param name="queries">The images to classify.</param>
    /// <param name="classes">C.</param>
    /// <param name="neighbors">k, at least 1; if there are fewer training images, all vote.</param>
    /// <param name="temperature">Over 0: the lower, the more the nearest outweigh the others; at infinity all k weigh the same.</param>
    public static float[] Probabilities(LabeledFeatures training, LabeledFeatures queries, int classes, int neighbors, double temperature)
    {
        float[] probabilities = new float[queries.Labels.Count * classes];
        ForEachQuery(training.Vectors, training.Labels, queries.Vectors, classes, neighbors, temperature, (i, votes) =>
        {
            double sum = votes.Sum();
            for (int label = 0; label < classes; label++)
            {
                probabilities[(i * classes) + label] = (float)(votes[label] / sum);
            }
        });
        return probabilities;
    }

    /// <param name="training">[M, D], row-major.</param>
    /// <param name="labels">[M].</param>
    /// <param name="queries">[V, D], row-major.</param>
    /// <param name="classes">C.</param>
    /// <param name="neighbors">k.</param>
    /// <param name="temperature">Of the votes.</param>
    /// <param name="take">Given each query's number and its votes, [C]; called from several threads.</param>
    private static void ForEachQuery(
        ReadOnlyMemory<float> training,
        IReadOnlyList<int> labels,
        ReadOnlyMemory<float> queries,
        int classes,
        int neighbors,
        double temperature,
        Action<int, double[]> take)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neighbors);
        int width = training.Length / labels.Count;
        float[] rows = Unit(training.Span, width);
        float[] unit = Unit(queries.Span, width);
        Parallel.For(0, unit.Length / width, i => take(i, Vote(rows, labels, unit.AsSpan(i * width, width), classes, neighbors, temperature)));
    }

    private static double[] Vote(float[] rows, IReadOnlyList<int> labels, ReadOnlySpan<float> query, int classes, int neighbors, double temperature)
    {
        var nearest = new PriorityQueue<int, (float Score, int Reverse)>();
        for (int i = 0; i < labels.Count; i++)
        {
            // Of equal scores the earlier stays.
            (float, int) priority = (TensorPrimitives.Dot(query, rows.AsSpan(i * query.Length, query.Length)), -i);
            if (nearest.Count < neighbors)
            {
                nearest.Enqueue(i, priority);
            }
            else
            {
                nearest.EnqueueDequeue(i, priority);
            }
        }

        // Less the best score, which no ratio depends on: a low temperature would overflow.
        float best = nearest.UnorderedItems.Max(item => item.Priority.Score);
        double[] votes = new double[classes];
        foreach ((int i, (float score, _)) in nearest.UnorderedItems)
        {
            votes[labels[i]] += Math.Exp(((double)score - best) / temperature);
        }

        return votes;
    }

    private static float[] Unit(ReadOnlySpan<float> rows, int width)
    {
        float[] unit = new float[rows.Length];
        for (int at = 0; at < rows.Length; at += width)
        {
            float length = TensorPrimitives.Norm(rows.Slice(at, width));
            TensorPrimitives.Multiply(rows.Slice(at, width), length > 0 ? 1 / length : 0, unit.AsSpan(at, width));
        }

        return unit;
    }
}
