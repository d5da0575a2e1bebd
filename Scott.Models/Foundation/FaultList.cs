namespace Scott.Models.Foundation;

/// <summary>Collects the faults of a configuration for one message. Keeps the first 50 and counts the rest.</summary>
internal sealed class FaultList(string subject)
{
    private readonly CappedList<string> _faults = new(50); // No record has so many settings; a list of values can have more.

    public void Require(bool condition, string fault)
    {
        if (!condition)
            _faults.Add(Quoted.Value(fault, Quoted.LongestFault));
    }

    public void RequireRange(string name, int value, int minimum, int maximum) =>
        Require(value >= minimum && value <= maximum, $"{name} is {value}; expected {minimum} to {maximum}.");

    public void RequireShare(string name, double value) =>
        Require(value is >= 0 and <= 1, FormattableString.Invariant($"{name} is {value}; expected 0 to 1."));

    public void RequireShareBelowOne(string name, double value) =>
        Require(value is >= 0 and < 1, FormattableString.Invariant($"{name} is {value}; expected at least 0 and less than 1."));

    public void RequireNotNegative(string name, double value) =>
        Require(double.IsFinite(value) && value >= 0, FormattableString.Invariant($"{name} is {value}; expected at least 0."));

    public void RequirePositive(string name, double value) =>
        Require(double.IsFinite(value) && value > 0, FormattableString.Invariant($"{name} is {value}; expected more than 0."));

    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
            throw new ScottConfigurationException(subject, _faults.Items, faultCount: _faults.Count);
    }
}
