namespace Scott.Models.Training;

/// <summary>The memory of one batch of labeled images.</summary>
internal sealed class LabeledBuffers(int count, int viewLength)
{
    public float[] Images { get; } = new float[count * viewLength];

    public long[] Labels { get; } = new long[count];
}
