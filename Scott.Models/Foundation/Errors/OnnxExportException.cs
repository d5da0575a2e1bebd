namespace Scott.Models;

/// <summary>The export of a model failed, or the exported graph gives other results than the model. No file was written or replaced.</summary>
public sealed class OnnxExportException : ScottException
{
    internal OnnxExportException(
        string path, string message, double? maximumDifference = null, double? minimumCosine = null, Exception? innerException = null)
        : base(message, innerException) => (Path, MaximumDifference, MinimumCosine) = (path, maximumDifference, minimumCosine);

    /// <summary>The file that the export would write.</summary>
    public string Path { get; }

    /// <summary>The largest absolute difference of one number, if the graph was compared.</summary>
    public double? MaximumDifference { get; }

    /// <summary>The smallest cosine similarity of the outputs for one image, if the graph was compared.</summary>
    public double? MinimumCosine { get; }
}
