namespace Scott.Models.Data;

/// <summary>The two views and the masks of a batch of pictures. Dispose it to let its memory serve again.</summary>
internal sealed class PretrainingBatch : IDisposable
{
    private readonly Action<PretrainingBatch> _giveBack;

    public PretrainingBatch(int count, int viewLength, int patches, Action<PretrainingBatch> giveBack)
    {
        _giveBack = giveBack;
        Count = count;
        Target = new float[count * viewLength];
        Context = new float[count * viewLength];
        Keep = new byte[count * patches];
        Names = new string[count];
    }

    /// <summary>B.</summary>
    public int Count { get; }

    /// <summary>[B, 3, S, S]: what the target encoder sees.</summary>
    public float[] Target { get; }

    /// <summary>[B, 3, S, S]: what the context encoder sees of visible patches.</summary>
    public float[] Context { get; }

    /// <summary>[B, N], 1 = visible.</summary>
    public byte[] Keep { get; }

    /// <summary>The pictures' names.</summary>
    public string[] Names { get; }

    public void Dispose() => _giveBack(this);
}
