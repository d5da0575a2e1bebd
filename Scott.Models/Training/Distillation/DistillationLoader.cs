using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Makes the batches of distillation: a view of each image, the teacher's features of it, and a keep-mask.</summary>
internal sealed class DistillationLoader(
    IImageDataset dataset, DistillationViews views, KeepMaskSampler masks, DistillationOptions options, TrainingRunOptions run,
    Action<string, Exception> reportUnreadable) : BatchLoader<DistillationBatch>(dataset, options, run, reportUnreadable)
{
    private readonly int _imagesLength = ArrayLength(options, views.StudentLength);
    private BatchPool<DistillationBuffers>? _pool;

    /// <summary>The teacher's features, set before the first batch.</summary>
    /// <exception cref="ScottConfigurationException">Those of a batch do not fit into an array.</exception>
    public TeacherFeatures Features
    {
        get => field ?? throw new InvalidOperationException("The teacher's features are not there yet.");
        set
        {
            field = value;
            int rows = ArrayLength(options, value.RowLength);
            _pool = new BatchPool<DistillationBuffers>(() => new DistillationBuffers(
                new float[_imagesLength], new float[rows], new byte[options.BatchSize * masks.Patches]));
        }
    }

    protected override DistillationBatch Create(int epoch, int number) => new(_pool!, BatchSize, epoch, number);

    protected override void Fill(DistillationBatch batch, int slot, int position, int index, DecodedImage image)
    {
        views.WriteStudent(image, index, batch.Epoch, batch.Images.AsSpan(slot * views.StudentLength, views.StudentLength));
        Features.Read(
            index, views.TeacherViewOf(batch.Epoch), image, batch.Teacher.AsSpan(slot * Features.RowLength, Features.RowLength));
        masks.Sample(Stream("mask", batch, position)).CopyTo(batch.Keep, slot * masks.Patches);
    }
}

/// <summary>The views of a batch of images, and what the teacher makes of them.</summary>
internal sealed class DistillationBatch(BatchPool<DistillationBuffers> pool, int count, int epoch, int number)
    : ImageBatch<DistillationBuffers>(pool, count, epoch, number)
{
    /// <summary>[B, 3, H, W], normalized.</summary>
    public float[] Images => Buffers.Images;

    /// <summary>[B, row]: as <see cref="TeacherFeatures.RowLength"/>.</summary>
    public float[] Teacher => Buffers.Teacher;

    /// <summary>[B, N], 1 = visible; for MIM-JEPA's loss alone.</summary>
    public byte[] Keep => Buffers.Keep;
}

internal sealed record DistillationBuffers(float[] Images, float[] Teacher, byte[] Keep);
