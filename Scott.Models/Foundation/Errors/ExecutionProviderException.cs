namespace Scott.Models;

/// <summary>None of the requested execution providers can run on this machine, or the one that runs failed.</summary>
public sealed class ExecutionProviderException : ScottException
{
    internal ExecutionProviderException(IReadOnlyList<string> requested, IReadOnlyList<string> available, Exception? innerException)
        : base(
            $"No execution provider of {string.Join(", ", requested)} can run here; this ONNX Runtime offers {string.Join(", ", available)}. "
                + "For CUDA add Microsoft.ML.OnnxRuntime.Gpu, for DirectML Microsoft.ML.OnnxRuntime.DirectML, or put Cpu last as the fallback."
                + (innerException is null ? string.Empty : $" The last failure: {innerException.Message}"),
            innerException) =>
        (Requested, Available) = (requested, available);

    internal ExecutionProviderException(string running, IReadOnlyList<string> available, Exception innerException)
        : base(
            $"{running} failed while it computed: {innerException.Message} If memory is short, use smaller batches, or another provider.",
            innerException) =>
        (Requested, Available) = ([running], available);

    /// <summary>The requested providers, in order.</summary>
    public IReadOnlyList<string> Requested { get; }

    /// <summary>The providers of the loaded ONNX Runtime, with the names that ONNX Runtime uses.</summary>
    public IReadOnlyList<string> Available { get; }
}
