namespace Scott.Models;

/// <summary>A configuration is not legal. All settings are checked first; the error lists the first faults.</summary>
public sealed class ScottConfigurationException : ScottException
{
    internal ScottConfigurationException(string subject, IReadOnlyList<string> faults, Exception? innerException = null, int? faultCount = null)
        : base(CappedList<string>.Faults($"{subject} is not valid", faults, faultCount ?? faults.Count), innerException) =>
        (Subject, Faults, FaultCount) = (subject, faults, faultCount ?? faults.Count);

    /// <summary>What was configured, for example <c>ScottArchitecture</c>.</summary>
    public string Subject { get; }

    /// <summary>The first faults found, up to 50. Each names the setting, its value and the expected value. Never empty.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>The number of faults found, including those that <see cref="Faults"/> leaves out.</summary>
    public int FaultCount { get; }
}
