namespace Scott.Models.Foundation;

/// <summary>A configuration is not legal. All faults are found before this is thrown, and the first of them are listed.</summary>
public sealed class ScottConfigurationException : ScottException
{
    internal ScottConfigurationException(string subject, IReadOnlyList<string> faults, Exception? innerException = null, int? faultCount = null)
        : base(CappedList<string>.Faults($"{subject} is not valid", faults, faultCount ?? faults.Count), innerException) =>
        (Subject, Faults, FaultCount) = (subject, faults, faultCount ?? faults.Count);

    /// <summary>What was configured, for example <c>ScottArchitecture</c>.</summary>
    public string Subject { get; }

    /// <summary>The first faults found, up to 50, each naming the setting, its value and what was expected. Never empty.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>How many faults were found, those that <see cref="Faults"/> leaves out included.</summary>
    public int FaultCount { get; }
}
