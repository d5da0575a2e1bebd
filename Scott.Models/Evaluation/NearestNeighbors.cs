using System.Numerics.Tensors;

namespace Scott.Models.Evaluation;

/// <summary>Classifies by the labels of the most similar training pictures: a measure of frozen features that nothing has to be trained for.</summary>
internal static class NearestNeighbors
{
    /// <summary>The usual temperature of the votes (Wu et al., 2018).</summary>
    public const double Temperature = 0.07;

    /// <summary>The share of validation pictures whose class wins the vote.</summary>
    /// <param name="training">[M, D], row-major.</param>
    /// <param name="trainingLabels">[M], classes from 0.</param>
    /// <param name="validation">[V, D], row-major.</param>
    /// <param name="validationLabels">[V].</param>
    /// <param name="neighbors">k, at least 1: how many vote, each with the weight e^(cosine / temperature).</param>
    public static double Accuracy(
        ReadOnlyMemory<float> training, IReadOnlyList<int> trainingLabels, ReadOnlyMemory<float> validation, IReadOnlyList<int> validationLabels, int neighbors)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neighbors);
        ArgumentOutOfRangeException.ThrowIfZero(trainingLabels.Count, nameof(trainingLabels));
        ArgumentOutOfRangeException.ThrowIfZero(validationLabels.Count, nameof(validationLabels));
        int width = training.Length / trainingLabels.Count;
        float[] rows = Unit(training.Span, width);
        float[] queries = Unit(validation.Span, width);
        int right = 0;
        Parallel.For(0, validationLabels.Count, i =>
        {
            if (Vote(rows, trainingLabels, queries.AsSpan(i * width, width), neighbors) == validationLabels[i])
            {
                Interlocked.Increment(ref right);
            }
        });
        return (double)right / validationLabels.Count;
    }

    private static int Vote(float[] rows, IReadOnlyList<int> labels, ReadOnlySpan<float> query, int neighbors)
    {
        var best = new PriorityQueue<int, (float Score, int Reverse)>();
        for (int i = 0; i < labels.Count; i++)
        {
            // Of equal scores the earlier stays.
            (float, int) priority = (TensorPrimitives.Dot(query, rows.AsSpan(i * query.Length, query.Length)), -i);
            if (best.Count < neighbors)
            {
                best.Enqueue(i, priority);
            }
            else
            {
                best.EnqueueDequeue(i, priority);
            }
        }

        return best.UnorderedItems
            .GroupBy(item => labels[item.Element], item => Math.Exp(item.Priority.Score / Temperature))
            .OrderByDescending(votes => votes.Sum())
            .ThenBy(votes => votes.Key)
            .First().Key;
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
