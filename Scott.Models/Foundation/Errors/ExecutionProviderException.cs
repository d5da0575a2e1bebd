namespace Scott.Models.Foundation;

/// <summary>None of the execution providers asked for can run here.</summary>
public sealed class ExecutionProviderException : ScottException
{
    internal ExecutionProviderException(IReadOnlyList<string> requested, IReadOnlyList<string> available, Exception? innerException)
        : base(
            $"No execution provider of {string.Join(", ", requested)} can run here; this ONNX Runtime offers {string.Join(", ", available)}. "
                + "For CUDA add Microsoft.ML.OnnxRuntime.Gpu, for DirectML Microsoft.ML.OnnxRuntime.DirectML, or put Cpu last as the fallback."
                + (innerException is null ? string.Empty : $" The last failure: {innerException.Message}"),
            innerException) =>
        (Requested, Available) = (requested, available);

    /// <summary>The providers asked for, in order.</summary>
    public IReadOnlyList<string> Requested { get; }

    /// <summary>What the loaded ONNX Runtime offers, by its own names.</summary>
    public IReadOnlyList<string> Available { get; }
}
