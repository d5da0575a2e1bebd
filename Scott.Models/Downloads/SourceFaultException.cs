namespace Scott.Models.Downloads;

/// <summary>A source does not deliver a file. Callers never see it: the next source is tried, and the last fault becomes a typed error.</summary>
internal class SourceFaultException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A temporary fault: the same source is tried again, after the wait that the server asks for, if any.</summary>
internal sealed class TransientFaultException(string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : SourceFaultException(message, innerException)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
