namespace Scott.Models.Downloads;

/// <summary>A source does not deliver a file. Never leaves the library: the next source is tried, and the last becomes a typed error.</summary>
internal class SourceFaultException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A temporary fault: the same source is tried again, after the wait that the server asked for if it did.</summary>
internal sealed class TransientFaultException(string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : SourceFaultException(message, innerException)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
