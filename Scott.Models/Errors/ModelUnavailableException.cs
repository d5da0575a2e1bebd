namespace Scott.Models.Errors;

/// <summary>A model cannot be had, for a reason that trying again does not change.</summary>
public sealed class ModelUnavailableException : ScottException
{
    internal ModelUnavailableException(ModelUnavailability reason, string modelId, string message)
        : base(message)
    {
        Reason = reason;
        ModelId = modelId;
    }

    /// <summary>Why.</summary>
    public ModelUnavailability Reason { get; }

    /// <summary>The model asked for; empty when it was a folder's import.</summary>
    public string ModelId { get; }
}
