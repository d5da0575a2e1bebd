namespace Scott.Models.Downloads;

/// <summary>A source does not deliver a file. Never leaves this folder: the next source is tried, and the last becomes a typed error.</summary>
internal class SourceFaultException(string message, Exception? innerException = null) : Exception(message, innerException);
