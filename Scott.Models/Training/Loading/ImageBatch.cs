namespace Scott.Models.Training;

/// <summary>Images that are learned from together. Dispose it, once or more often, to let its memory serve another.</summary>
/// <param name="count">B.</param>
/// <param name="epoch">The epoch it belongs to, from 0.</param>
/// <param name="number">Its number in the epoch, from 0.</param>
internal abstract class ImageBatch(int count, int epoch, int number) : IDisposable
{
    /// <summary>B.</summary>
    public int Count => count;

    /// <summary>The epoch it belongs to, from 0.</summary>
    public int Epoch => epoch;

    /// <summary>Its number in the epoch, from 0.</summary>
    public int Number => number;

    /// <summary>The images' names. They outlive the batch.</summary>
    public string[] Names { get; } = new string[count];

    public abstract void Dispose();
}
