namespace Scott.Models.Downloads;

/// <summary>A fault that may pass: the same source is tried again, after the wait that the server asked for if it did.</summary>
internal sealed class TransientFaultException(string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : SourceFaultException(message, innerException)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
