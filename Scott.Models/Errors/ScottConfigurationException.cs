namespace Scott.Models.Errors;

/// <summary>A configuration is not legal. All faults are found before this is thrown, and all are listed.</summary>
public sealed class ScottConfigurationException : ScottException
{
    internal ScottConfigurationException(string subject, IReadOnlyList<string> faults, Exception? innerException = null)
        : base(Describe(subject, faults), innerException)
    {
        Subject = subject;
        Faults = faults;
    }

    /// <summary>What was configured, for example <c>ScottArchitecture</c>.</summary>
    public string Subject { get; }

    /// <summary>Every fault found, each naming the setting, its value and what was expected. Never empty.</summary>
    public IReadOnlyList<string> Faults { get; }

    private static string Describe(string subject, IReadOnlyList<string> faults) =>
        faults.Count == 1
            ? $"{subject} is not valid: {faults[0]}"
            : $"{subject} is not valid, {faults.Count} faults:{Environment.NewLine}- {string.Join(Environment.NewLine + "- ", faults)}";
}
