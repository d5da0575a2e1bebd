namespace Scott.Models.Foundation;

/// <summary>Makes sure that a builder is used for one <c>Build</c> or <c>Run</c> only. Not thread-safe.</summary>
/// <param name="verb">The word that says what a used builder has done: "built" or "run".</param>
/// <param name="start">The call that gives a new one, such as <c>ScottModel.Evaluate()</c>.</param>
internal sealed class BuilderState(string verb, string start)
{
    private bool _isUsedUp;

    public void ThrowIfUsedUp()
    {
        if (_isUsedUp)
            throw new InvalidOperationException($"This builder has already {verb}; call {start} for a new one.");
    }

    public void UseUp()
    {
        ThrowIfUsedUp();
        _isUsedUp = true;
    }
}
