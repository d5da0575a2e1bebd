namespace Scott.Models.Training;

/// <summary>The memory of one batch of labelled pictures.</summary>
internal sealed class LabelledBuffers(int count, int viewLength)
{
    public float[] Images { get; } = new float[count * viewLength];

    public long[] Labels { get; } = new long[count];
}
