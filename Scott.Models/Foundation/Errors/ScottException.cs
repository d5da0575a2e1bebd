namespace Scott.Models.Foundation;

/// <summary>Base of every error that is Scott.Models' own. Catch it to handle them all.</summary>
/// <remarks>Bad arguments and missing files use the BCL's exceptions instead.</remarks>
public abstract class ScottException : Exception
{
    private protected ScottException(string message, Exception? innerException = null)
        : base(Quoted.Message(message), innerException)
    {
    }
}
