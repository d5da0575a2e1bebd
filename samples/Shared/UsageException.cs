namespace Samples.Shared;

/// <summary>The command line asks for something that cannot be; the message says what, for people.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
