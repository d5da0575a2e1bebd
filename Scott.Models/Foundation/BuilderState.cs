namespace Scott.Models.Foundation;

/// <summary>Whether a builder may still be used: it serves one <c>Build</c> or <c>Run</c>. Not thread-safe.</summary>
/// <param name="verb">What the builder has done once it is used up: "built" or "run".</param>
/// <param name="start">The call that gives a new one, such as <c>ScottModel.Evaluate()</c>.</param>
internal sealed class BuilderState(string verb, string start)
{
    private bool _isUsedUp;

    public void ThrowIfUsedUp()
    {
        if (_isUsedUp)
            throw new InvalidOperationException($"This builder has {verb}; call {start} for a new one.");
    }

    public void UseUp()
    {
        ThrowIfUsedUp();
        _isUsedUp = true;
    }
}
