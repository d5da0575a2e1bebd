namespace Scott.Models;

/// <summary>The base of all exceptions that Scott.Models defines. Catch it to handle all of them.</summary>
/// <remarks>Bad arguments and missing files use the exceptions of .NET instead.</remarks>
public abstract class ScottException : Exception
{
    private protected ScottException(string message, Exception? innerException = null)
        : base(Quoted.Message(message), innerException)
    {
    }
}
