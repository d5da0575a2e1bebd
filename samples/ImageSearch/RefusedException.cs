namespace ImageSearch;

/// <summary>A request that does not fit what the app has or does at the moment; the message says so to people, and what to do.</summary>
/// <param name="message">What is refused, why, and what to do.</param>
/// <param name="status">The HTTP status of the answer; by default 409, a conflict.</param>
/// <param name="innerException">What caused it, if anything did.</param>
internal sealed class RefusedException(string message, int status = StatusCodes.Status409Conflict, Exception? innerException = null)
    : Exception(message, innerException)
{
    public int Status => status;
}
