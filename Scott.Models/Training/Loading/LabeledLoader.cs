using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Writes one view [3, S, S] of an upright image, normalized. Thread-safe; it draws only from the image's own random source.</summary>
internal delegate void ViewWriter(DecodedImage image, DeterministicRandom random, Span<float> view);

/// <summary>Makes the batches of supervised training: one view of each image, and its class or its labels, which must be known.</summary>
/// <remarks>The length of a view is 3 · S · S. The number of labels is C if images have several, otherwise 0.</remarks>
internal sealed class LabeledLoader(
    IImageDataset dataset, ViewWriter write, int viewLength, TrainingOptions options, TrainingRunOptions run,
    Action<string, Exception> reportUnreadable, int labels = 0) : BatchLoader<LabeledBatch>(dataset, options, run, reportUnreadable)
{
    private readonly BatchPool<LabeledBuffers> _pool =
        CreatePool(ArrayLength(options, viewLength), options.BatchSize, ArrayLength(options, labels));

    protected override LabeledBatch Create(int epoch, int number) => new(_pool, BatchSize, epoch, number);

    protected override void Fill(LabeledBatch batch, int slot, int position, int index, DecodedImage image)
    {
        write(image, Stream("augment", batch, position), batch.Images.AsSpan(slot * viewLength, viewLength));
        if (labels == 0)
        {
            batch.Labels[slot] = Dataset.LabelOf(index)!.Value;
            return;
        }

        Span<float> row = batch.LabelRows.AsSpan(slot * labels, labels);
        row.Clear(); // It holds the labels of an earlier batch.
        foreach (int label in Dataset.LabelsOf(index)!)
            row[label] = 1;
    }

    private static BatchPool<LabeledBuffers> CreatePool(int images, int classes, int rows) =>
        new(() => new LabeledBuffers(new float[images], new long[classes], new float[rows]));
}

/// <summary>One view of each of a batch's images, and its class or its labels.</summary>
internal sealed class LabeledBatch(BatchPool<LabeledBuffers> pool, int count, int epoch, int number)
    : ImageBatch<LabeledBuffers>(pool, count, epoch, number)
{
    /// <summary>[B, 3, S, S], normalized.</summary>
    public float[] Images => Buffers.Images;

    /// <summary>[B], classes from 0.</summary>
    public long[] Labels => Buffers.Labels;

    /// <summary>[B, C], 1 for each label that an image has, otherwise 0; empty if each image has one class.</summary>
    public float[] LabelRows => Buffers.LabelRows;
}

internal sealed record LabeledBuffers(float[] Images, long[] Labels, float[] LabelRows);
