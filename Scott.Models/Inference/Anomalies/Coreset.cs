using System.Numerics.Tensors;

namespace Scott.Models.Inference;

/// <summary>Selects few rows that stand for many: no row is far from a selected one.</summary>
/// <remarks>PatchCore, section 3.2 and algorithm 1: greedy k-center (Sener and Savarese, 2018) on a random projection (Johnson and Lindenstrauss,
/// 1984), which makes the distances cheap and almost keeps them.</remarks>
internal static class Coreset
{
    private const int ProjectedWidth = 64;
    private const int RowsPerTask = 2048;

    /// <summary>The rows as they are selected on: [N, 64], or unchanged if they are not longer.</summary>
    /// <param name="rows">N rows, each of W numbers.</param>
    /// <param name="width">W.</param>
    /// <param name="random">Draws the directions.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    public static float[] Project(
        IReadOnlyList<ReadOnlyMemory<float>> rows, int width, DeterministicRandom random, CancellationToken cancellationToken)
    {
        int projected = Math.Min(width, ProjectedWidth);
        float[] directions = [];
        if (projected < width)
            directions = [.. Enumerable.Range(0, projected * width).Select(_ => (float)(random.NextNormal() / Math.Sqrt(projected)))];

        float[] result = new float[rows.Count * projected];
        Parallel.For(0, rows.Count, new ParallelOptions { CancellationToken = cancellationToken }, row =>
        {
            Span<float> target = result.AsSpan(row * projected, projected);
            if (directions.Length == 0)
            {
                rows[row].Span.CopyTo(target);
                return;
            }

            for (int i = 0; i < projected; i++)
                target[i] = TensorPrimitives.Dot(rows[row].Span, directions.AsSpan(i * width, width));
        });
        return result;
    }

    /// <summary>Selects rows one by one: first a random one, then each time the one that is farthest from those selected; of equal ones, the
    /// first.</summary>
    /// <param name="rows">[N, width], N at least 1.</param>
    /// <param name="width">The length of a row.</param>
    /// <param name="count">How many to select; fewer if all other rows equal a selected one.</param>
    /// <param name="random">Draws the first.</param>
    /// <param name="selecting">Called with the number of selected rows.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <returns>The numbers of the rows, in the order of their selection.</returns>
    public static List<int> Select(
        float[] rows, int width, int count, DeterministicRandom random, Action<int>? selecting, CancellationToken cancellationToken)
    {
        float[] nearest = new float[rows.Length / width];
        Array.Fill(nearest, float.PositiveInfinity);
        (int Row, float Distance)[] farthest = new (int, float)[(nearest.Length + RowsPerTask - 1) / RowsPerTask];
        List<int> selected = [random.NextInt32(nearest.Length)];
        while (selected.Count < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int last = selected[^1];
            Parallel.For(0, farthest.Length, task => farthest[task] = Farthest(
                rows, width, rows.AsSpan(last * width, width), nearest, task * RowsPerTask, Math.Min(nearest.Length, (task + 1) * RowsPerTask)));
            (int row, float distance) = farthest.MaxBy(candidate => candidate.Distance);
            if (!(distance > 0))
                break;

            selected.Add(row);
            selecting?.Invoke(selected.Count);
        }

        return selected;
    }

    /// <summary>Updates the distance of some rows to the nearest selected one, and finds the largest.</summary>
    private static (int Row, float Distance) Farthest(float[] rows, int width, ReadOnlySpan<float> last, float[] nearest, int from, int to)
    {
        (int Row, float Distance) farthest = (from, 0);
        for (int row = from; row < to; row++)
        {
            float distance = nearest[row] = Math.Min(nearest[row], TensorPrimitives.Distance(rows.AsSpan(row * width, width), last));
            if (distance > farthest.Distance)
                farthest = (row, distance);
        }

        return farthest;
    }
}
