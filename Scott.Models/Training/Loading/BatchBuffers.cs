namespace Scott.Models.Training;

/// <summary>The memory of one batch of pre-training.</summary>
internal sealed class BatchBuffers(int count, int viewLength, int patches)
{
    public float[] Target { get; } = new float[count * viewLength];

    public float[] Context { get; } = new float[count * viewLength];

    public byte[] Keep { get; } = new byte[count * patches];
}
