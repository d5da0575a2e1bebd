namespace Scott.Models.Foundation;

/// <summary>A model was not exported, or its graph does not agree with it. No file was written or replaced.</summary>
public sealed class OnnxExportException : ScottException
{
    internal OnnxExportException(
        string path, string message, double? maximumDifference = null, double? minimumCosine = null, Exception? innerException = null)
        : base(message, innerException) => (Path, MaximumDifference, MinimumCosine) = (path, maximumDifference, minimumCosine);

    /// <summary>The file that was to be written.</summary>
    public string Path { get; }

    /// <summary>The largest absolute difference of one number, if the graph was compared.</summary>
    public double? MaximumDifference { get; }

    /// <summary>The smallest cosine similarity of any image's output, if the graph was compared.</summary>
    public double? MinimumCosine { get; }
}
