namespace Scott.Models.Foundation;

/// <summary>A model, or a dataset's archive, cannot be had, for a reason that trying again does not change.</summary>
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

    /// <summary>The model asked for; empty when it was a folder's import or a dataset.</summary>
    public string ModelId { get; }
}
