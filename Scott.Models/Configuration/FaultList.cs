namespace Scott.Models.Configuration;

/// <summary>Collects the faults of a configuration, so that all of them reach the user in one message.</summary>
internal sealed class FaultList(string subject)
{
    private readonly List<string> _faults = [];

    public void Require(bool condition, string fault)
    {
        if (!condition)
        {
            _faults.Add(fault);
        }
    }

    public void RequireRange(string name, int value, int minimum, int maximum) =>
        Require(value >= minimum && value <= maximum, $"{name} is {value}; expected {minimum} to {maximum}.");

    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new Errors.ScottConfigurationException(subject, _faults);
        }
    }
}
